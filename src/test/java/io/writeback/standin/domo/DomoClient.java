package io.writeback.standin.domo;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** A plain client of the stand-in for its tests: no decoding, no retries, every byte visible. */
final class DomoClient implements AutoCloseable {
  /** An answer read whole. */
  static final class Answer {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    Answer(int status, Map<String, String> headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    int status() {
      return status;
    }

    /** A header, or "". */
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    byte[] body() {
      return body;
    }

    String text() {
      return new String(body, UTF_8);
    }

    JsonNode json() throws IOException {
      return Json.MAPPER.readTree(body);
    }
  }

  /** Reads an answer as it comes. */
  @FunctionalInterface
  interface Reader<T> {
    T read(ClassicHttpResponse response, InputStream body) throws IOException;
  }

  private final CloseableHttpClient http =
      HttpClients.custom().disableContentCompression().disableAutomaticRetries().build();
  private final URI endpoint;
  private String bearer = "";

  DomoClient(URI endpoint) {
    this.endpoint = endpoint;
  }

  /** A client that has asked for a token already. */
  static DomoClient loggedIn(DomoStandIn domo) throws IOException {
    DomoClient client = new DomoClient(domo.endpoint());
    client.logIn();
    return client;
  }

  void logIn() throws IOException {
    bearer = token("grant_type=client_credentials").json().get("access_token").textValue();
  }

  void bearer(String token) {
    bearer = token;
  }

  Answer token(String query) throws IOException {
    return call("GET", "/oauth/token?" + query, null, "Authorization", basic("client", "secret"));
  }

  static String basic(String id, String secret) {
    return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(UTF_8));
  }

  Answer get(String path, String... headers) throws IOException {
    return call("GET", path, null, headers);
  }

  Answer csv(String dataSetId, String query, String... headers) throws IOException {
    return get("/v1/datasets/" + dataSetId + "/data?" + query, headers);
  }

  Answer query(String dataSetId, String sql) throws IOException {
    return call(
        "POST",
        "/v1/datasets/query/execute/" + dataSetId,
        Json.object().put("sql", sql).toString());
  }

  Answer instance(String path) throws IOException {
    return get(path, "X-DOMO-Developer-Token", "developer-token");
  }

  Answer call(String method, String path, String body, String... headers) throws IOException {
    return stream(
        method,
        path,
        body,
        (response, stream) -> {
          Map<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
          for (var header : response.getHeaders()) {
            answered.put(header.getName(), header.getValue());
          }
          return new Answer(response.getCode(), answered, stream.readAllBytes());
        },
        headers);
  }

  <T> T stream(String method, String path, String body, Reader<T> reader, String... headers)
      throws IOException {
    HttpUriRequestBase request = new HttpUriRequestBase(method, endpoint.resolve(path));
    if (!bearer.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + bearer);
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    if (body != null) {
      request.setEntity(new StringEntity(body, ContentType.APPLICATION_JSON));
    }
    return http.execute(
        request,
        response -> {
          try (InputStream stream =
              response.getEntity() == null
                  ? InputStream.nullInputStream()
                  : response.getEntity().getContent()) {
            return reader.read(response, stream);
          }
        });
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
