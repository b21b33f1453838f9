package io.writeback.bigquery;

import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.client.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** The status of every answer that a REST client gets. Safe for use by many threads. */
final class SeenAnswers implements HttpRequestInitializer {
  private final List<Answer> answers = new CopyOnWriteArrayList<>();

  /** An answer to a request. */
  record Answer(String method, String url, int status) {
    private static Answer of(HttpResponse response) {
      HttpRequest request = response.getRequest();
      return new Answer(
          request.getRequestMethod(), request.getUrl().build(), response.getStatusCode());
    }

    /** Whether it belongs to an upload to a job, in one request or in several. */
    boolean isUpload() {
      return url.contains("/upload/");
    }

    /** Whether it says that a job was taken in, and not just that an upload may begin. */
    boolean accepts() {
      return status == 200 && (method.equals("PUT") || url.contains("uploadType=multipart"));
    }
  }

  @Override
  public void initialize(HttpRequest request) {
    request.setResponseInterceptor(response -> answers.add(Answer.of(response)));
  }

  List<Answer> uploads() {
    return answers.stream().filter(Answer::isUpload).toList();
  }

  boolean any(Predicate<Answer> which) {
    return answers.stream().anyMatch(which);
  }

  void forget() {
    answers.clear();
  }
}
