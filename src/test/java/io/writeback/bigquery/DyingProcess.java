package io.writeback.bigquery;

import com.google.api.client.http.HttpExecuteInterceptor;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * A process that dies before or after the n-th of the calls by which it changes anything outside;
 * afterwards it can do nothing, until it wakes up as a zombie.
 */
final class DyingProcess implements HttpRequestInitializer {
  /** The process is gone. */
  static final class Death extends Error {
    private static final long serialVersionUID = 1L;

    Death(String where) {
      super(where);
    }
  }

  private int dieAt;
  private final boolean after;
  private final List<String> effects = new ArrayList<>();
  private boolean dead;

  DyingProcess(int dieAt, boolean after) {
    this.dieAt = dieAt;
    this.after = after;
  }

  static DyingProcess never() {
    return new DyingProcess(-1, false);
  }

  synchronized List<String> effects() {
    return List.copyOf(effects);
  }

  synchronized boolean isDead() {
    return dead;
  }

  /** It was only stopped for a long while, and does not die again. */
  synchronized void wake() {
    dead = false;
    dieAt = -1;
  }

  private synchronized void before(String name) {
    if (dead) {
      throw new Death("dead at " + name);
    }
    effects.add(name);
    if (!after && effects.size() - 1 == dieAt) {
      dead = true;
      throw new Death("before " + name);
    }
  }

  private synchronized void after(String name) {
    if (after && effects.size() - 1 == dieAt) {
      dead = true;
    }
    if (dead) {
      throw new Death("after " + name);
    }
  }

  private synchronized void alive() {
    if (dead) {
      throw new Death("dead");
    }
  }

  private <T> T effect(String name, Supplier<T> call) {
    before(name);
    T result = call.get();
    after(name);
    return result;
  }

  @Override
  public void initialize(HttpRequest request) {
    HttpExecuteInterceptor own = request.getInterceptor();
    String name = request.getRequestMethod();
    request.setInterceptor(
        sent -> {
          if (own != null) {
            own.intercept(sent);
          }
          if (sent.getRequestMethod().equals("GET")) {
            alive();
          } else {
            before(sent.getRequestMethod() + " " + sent.getUrl().getRawPath());
          }
        });
    request.setResponseInterceptor(
        response -> {
          if (!response.getRequest().getRequestMethod().equals("GET")) {
            after(String.valueOf(name));
          }
        });
  }

  WriteStreams watch(WriteStreams streams) {
    return new WriteStreams() {
      @Override
      public String create(Target table) {
        return effect("create", () -> streams.create(table));
      }

      @Override
      public OptionalLong finish(String stream) {
        return effect("finish", () -> streams.finish(stream));
      }

      @Override
      public Connection connect(String stream) {
        alive();
        return watch(streams.connect(stream));
      }

      @Override
      public String defaultStream(Target table) {
        return streams.defaultStream(table);
      }

      @Override
      public void close() {
        streams.close();
      }
    };
  }

  /** An append has its effect, and only then the process dies: the answer was on its way. */
  private WriteStreams.Connection watch(WriteStreams.Connection connection) {
    return new WriteStreams.Connection() {
      @Override
      public void send(AppendRowsRequest request) {
        before("append");
        connection.send(request);
        if (after && effects().size() - 1 == dieAt) {
          connection.answer();
        }
        after("append");
      }

      @Override
      public AppendRowsResponse answer() {
        alive();
        return connection.answer();
      }

      @Override
      public void close() {
        connection.close();
      }
    };
  }
}
