package io.writeback.domo;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.domo.DomoException.Kind;
import io.writeback.metrics.TaskMetrics;
import java.io.IOException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/**
 * Domo's public API over HTTP (developer.domo.com, "DataSet API"), and beside it the endpoints of
 * an instance if there is a developer token.
 */
final class HttpDomoApi implements DomoApi {
  private final HttpCalls calls;
  private final DomoFaults faults;
  private final DomoTokens tokens;
  private final SharedLoad.Lease load;
  private final DomoStreams streams;
  private final Optional<DomoInstance> instance;

  HttpDomoApi(HttpSettings settings, TaskMetrics metrics, InstantSource clock) {
    Secrets secrets = new Secrets();
    settings.proxy().flatMap(HttpSettings.Proxy::password).ifPresent(p -> secrets.add(p.value()));
    HttpMeter meter = new HttpMeter(metrics);
    this.faults = new DomoFaults(clock, secrets, meter::failed);
    this.load = SharedLoad.join(settings.url(), settings.clientId(), settings.load());
    meter.rate(load);
    this.calls = new HttpCalls(settings.url(), settings, faults, load, meter);
    this.tokens = new DomoTokens(calls, faults, secrets, clock);
    this.streams = new DomoStreams(this::get);
    this.instance =
        settings
            .instance()
            .map(
                at -> {
                  secrets.add(at.token().value());
                  HttpCalls there = new HttpCalls(at.url(), settings, faults, load, meter);
                  return new DomoInstance(there, faults, at.token());
                });
  }

  @Override
  public List<DatasetInfo> list(Order order, int offset) {
    String call = "GET /v1/datasets";
    String path = "/v1/datasets?sort=" + order.parameter() + "&limit=" + PAGE + "&offset=" + offset;
    return json(call, () -> new HttpGet(path), DomoJson::datasets);
  }

  @Override
  public DatasetInfo dataset(String id) {
    return get("/v1/datasets/" + id, DomoJson::dataset);
  }

  @Override
  public QueryAnswer query(String id, String sql) {
    return json("POST " + queryPath(id), () -> queryPost(id, sql), DomoJson::query);
  }

  @Override
  public QueryRows rows(String id, String sql) {
    String call = "POST " + queryPath(id);
    HttpExchange exchange =
        authorized(
            call,
            () -> queryPost(id, sql),
            "application/json",
            calls.settings().timeouts().requestMs());
    return new QueryRows(exchange, e -> faults.unreadable(call, e));
  }

  private static String queryPath(String id) {
    return "/v1/datasets/query/execute/" + id;
  }

  private static HttpPost queryPost(String id, String sql) {
    HttpPost post = new HttpPost(queryPath(id));
    post.setEntity(new StringEntity(DomoJson.queryBody(sql), ContentType.APPLICATION_JSON));
    return post;
  }

  /**
   * The export call. {@code disableFormulaInterpretation} is sent because its default is unknown,
   * and {@code true} would put a quote before cells such as {@code -} (domo-java-sdk,
   * DataSetClient; domo-python-sdk issue 58).
   */
  @Override
  public Export export(String id) {
    String path = "/v1/datasets/" + id + "/data";
    String query = "?includeHeader=true&disableFormulaInterpretation=false";
    String call = "GET " + path;
    SharedLoad.Download place = load.awaitDownload(call);
    try {
      return new Download(
          authorized(
              call,
              () -> new HttpGet(path + query),
              "text/csv",
              calls.settings().timeouts().downloadMs()),
          place);
    } catch (RuntimeException | Error e) {
      place.close();
      throw e;
    }
  }

  @Override
  public List<Mark> marks() {
    return instance.isPresent() ? List.of(Mark.UPLOAD, Mark.STREAM_RUN) : List.of(Mark.EXECUTION);
  }

  @Override
  public Optional<Long> newest(Mark mark, String id) {
    return switch (mark) {
      case UPLOAD -> instance.flatMap(i -> i.newestUpload(id)).map(DomoInstance.Upload::id);
      case STREAM_RUN -> instance.flatMap(i -> i.newestStreamRun(id));
      case EXECUTION -> streams.newestExecution(id);
    };
  }

  @Override
  public OptionalLong bytes(String id) {
    return instance
        .flatMap(i -> i.newestUpload(id))
        .map(upload -> OptionalLong.of(upload.bytes()))
        .orElse(OptionalLong.empty());
  }

  @Override
  public String identity() {
    return tokens.token().identity();
  }

  @Override
  public void close() {
    load.close();
    calls.close();
    instance.ifPresent(DomoInstance::close);
  }

  private <T> T get(String path, Reader<T> reader) {
    int question = path.indexOf('?');
    String call = "GET " + (question < 0 ? path : path.substring(0, question));
    return json(call, () -> new HttpGet(path), reader);
  }

  private <T> T json(String call, Supplier<HttpUriRequestBase> request, Reader<T> reader) {
    try (HttpExchange exchange =
        authorized(call, request, "application/json", calls.settings().timeouts().requestMs())) {
      return reader.read(DomoJson.tree(exchange.text()));
    } catch (IOException e) {
      throw faults.unreadable(call, e);
    }
  }

  /** Sends with a token, and once more with a new one if Domo does not take the first. */
  private HttpExchange authorized(
      String call, Supplier<HttpUriRequestBase> request, String accept, long totalMs) {
    DomoTokens.Token token = tokens.token();
    try {
      return accepted(call, request.get(), token, accept, totalMs);
    } catch (DomoException e) {
      if (e.kind() != Kind.TOKEN && e.kind() != Kind.FORBIDDEN) {
        throw e;
      }
      // A missing or unknown token can show as 403 too, so that one deserves a new token as well.
      tokens.refused(token);
      return accepted(call, request.get(), tokens.token(), accept, totalMs);
    }
  }

  private HttpExchange accepted(
      String call,
      HttpUriRequestBase request,
      DomoTokens.Token token,
      String accept,
      long totalMs) {
    request.setHeader("Authorization", "Bearer " + token.text());
    request.setHeader("Accept", accept);
    return faults.success(calls.send(call, request, totalMs), call, DomoFaults.CLIENT_ADVICE);
  }

  /** An export that holds one of the places for exports until it is closed. */
  private record Download(HttpExchange exchange, SharedLoad.Download place) implements Export {
    @Override
    public InputStream body() {
      return exchange.body();
    }

    @Override
    public boolean endIsProven() {
      return exchange.endIsProven();
    }

    @Override
    public void close() throws IOException {
      try (place) {
        exchange.close();
      }
    }
  }

  /** Reads an answer. */
  @FunctionalInterface
  interface Reader<T> {
    T read(JsonNode json) throws IOException;
  }
}
