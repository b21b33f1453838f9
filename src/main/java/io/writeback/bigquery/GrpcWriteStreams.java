package io.writeback.bigquery;

import com.google.api.gax.grpc.GrpcCallContext;
import com.google.api.gax.rpc.ClientStream;
import com.google.api.gax.rpc.ResponseObserver;
import com.google.api.gax.rpc.StreamController;
import com.google.auth.Credentials;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.BigQueryWriteClient;
import com.google.cloud.bigquery.storage.v1.TableName;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import io.writeback.sink.Target;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The Storage Write API through its client's own calls. Not through the client's StreamWriter: it
 * sends again by itself, and then ALREADY_EXISTS cannot be told from rows of somebody else.
 */
final class GrpcWriteStreams implements WriteStreams {
  private final BigQueryWriteClient client;
  private final Credentials credentials;
  private final String project;
  private final long answerTimeoutMs;

  /** Whether the token at hand was fetched because another one was refused, and has not worked. */
  private final AtomicBoolean refreshed = new AtomicBoolean();

  GrpcWriteStreams(
      BigQueryWriteClient client, Credentials credentials, String project, long answerTimeoutMs) {
    this.client = client;
    this.credentials = credentials;
    this.project = project;
    this.answerTimeoutMs = answerTimeoutMs;
  }

  @Override
  public String create(Target table) {
    try {
      String stream =
          client
              .createWriteStream(
                  TableName.of(project, table.namespace(), table.table()),
                  WriteStream.newBuilder().setType(WriteStream.Type.COMMITTED).build())
              .getName();
      refreshed.set(false);
      return stream;
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  @Override
  public OptionalLong finish(String stream) {
    try {
      long rows = client.finalizeWriteStream(stream).getRowCount();
      refreshed.set(false);
      return OptionalLong.of(rows);
    } catch (RuntimeException e) {
      StorageFailure failure = failure(e);
      if (failure.kind() == StorageFailure.Kind.GONE) {
        return OptionalLong.empty();
      }
      throw failure;
    }
  }

  /**
   * Why a call failed. A token that is refused before its time is replaced, once, as the REST
   * client does by itself; grpc would send it for the rest of its hour.
   */
  private StorageFailure failure(Throwable end) {
    StorageFailure failure = StorageFailure.of(end);
    if (failure.kind() != StorageFailure.Kind.UNAUTHENTICATED || refreshed.getAndSet(true)) {
      return failure;
    }
    try {
      credentials.refresh();
      return StorageFailure.passing("the access token was refused, so another was fetched", end);
    } catch (IOException e) {
      failure.addSuppressed(e);
      return failure;
    }
  }

  @Override
  public String defaultStream(Target table) {
    return TableName.of(project, table.namespace(), table.table()) + "/streams/_default";
  }

  @Override
  public Connection connect(String stream) {
    Answers answers = new Answers();
    // The service finds the region of the stream by this header.
    ClientStream<AppendRowsRequest> requests =
        client
            .appendRowsCallable()
            .splitCall(
                answers,
                GrpcCallContext.createDefault()
                    .withExtraHeaders(
                        Map.of("x-goog-request-params", List.of("write_stream=" + stream))));
    return new Open(requests, answers);
  }

  @Override
  public void close() {
    client.close();
  }

  /** Either an answer or the end. */
  private record Event(AppendRowsResponse answer, Throwable end) {}

  private static final class Answers implements ResponseObserver<AppendRowsResponse> {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile StreamController controller;

    @Override
    public void onStart(StreamController started) {
      controller = started;
    }

    @Override
    public void onResponse(AppendRowsResponse response) {
      events.add(new Event(response, null));
    }

    @Override
    public void onError(Throwable end) {
      events.add(new Event(null, end));
    }

    @Override
    public void onComplete() {
      events.add(
          new Event(null, StorageFailure.passing("the service closed the connection", null)));
    }
  }

  private final class Open implements Connection {
    private final ClientStream<AppendRowsRequest> requests;
    private final Answers answers;

    Open(ClientStream<AppendRowsRequest> requests, Answers answers) {
      this.requests = requests;
      this.answers = answers;
    }

    @Override
    public void send(AppendRowsRequest request) {
      try {
        requests.send(request);
      } catch (RuntimeException e) {
        // The end of the connection says why, and the next answer tells it.
        answers.events.add(new Event(null, e));
      }
    }

    @Override
    public AppendRowsResponse answer() {
      Event event;
      try {
        event = answers.events.poll(answerTimeoutMs, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw StorageFailure.passing("interrupted while an append was awaited", e);
      }
      if (event == null) {
        throw StorageFailure.passing(
            "no answer to an append within " + answerTimeoutMs + " ms", null);
      }
      if (event.end() instanceof StorageFailure failure) {
        throw failure;
      }
      if (event.end() != null) {
        throw failure(event.end());
      }
      refreshed.set(false);
      return event.answer();
    }

    @Override
    public void close() {
      StreamController controller = answers.controller;
      if (controller != null) {
        controller.cancel();
      }
    }
  }
}
