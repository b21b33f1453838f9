package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sends requests that no well-behaved client would; signs them itself. Used by one thread. */
final class RawS3 {
  private static final DateTimeFormatter BASIC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern CODE = Pattern.compile("<Code>(\\w+)</Code>");

  private final S3StandIn s3;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private Signed last;

  /** What signed chunks go on from. */
  record Signed(String timestamp, SigV4.Scope scope, String signature) {}

  RawS3(S3StandIn s3) {
    this.s3 = s3;
  }

  /** Sends with a payload hash of its own, unless the headers name one. */
  HttpResponse<String> send(
      String method, String path, String query, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    SortedMap<String, String> all = new TreeMap<>(headers);
    all.putIfAbsent("x-amz-content-sha256", SigV4.sha256(body));
    String authorization = authorize(method, path, query, all);
    return plain(method, path, query, all, authorization, body);
  }

  /** Signs the head: adds host and date to the headers and returns the authorization. */
  String authorize(String method, String path, String query, SortedMap<String, String> headers) {
    S3Credentials user = s3.settings().users().get(0);
    String timestamp = BASIC.format(Instant.now());
    SigV4.Scope scope = new SigV4.Scope(timestamp.substring(0, 8), s3.settings().region(), "s3");
    headers.put("host", "127.0.0.1:" + s3.endpoint().getPort());
    headers.put("x-amz-date", timestamp);
    String canonical =
        SigV4.canonicalRequest(
            method, SigV4.decode(path), query, headers, headers.get("x-amz-content-sha256"));
    byte[] key = key(scope);
    String signature = SigV4.sign(key, SigV4.stringToSign(timestamp, scope, canonical));
    last = new Signed(timestamp, scope, signature);
    return "AWS4-HMAC-SHA256 Credential="
        + user.accessKeyId()
        + "/"
        + scope
        + ",SignedHeaders="
        + String.join(";", headers.keySet())
        + ",Signature="
        + signature;
  }

  Signed last() {
    return last;
  }

  /**
   * Sends as told.
   *
   * @param authorization null for none
   */
  HttpResponse<String> plain(
      String method,
      String path,
      String query,
      Map<String, String> headers,
      String authorization,
      byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(s3.endpoint() + path + (query.isEmpty() ? "" : "?" + query)))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(
        (name, value) -> {
          if (!name.equals("host")) {
            request.header(name, value);
          }
        });
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  byte[] key(SigV4.Scope scope) {
    return SigV4.signingKey(s3.settings().users().get(0).secretAccessKey(), scope);
  }

  static String code(HttpResponse<String> response) {
    Matcher code = CODE.matcher(response.body());
    return code.find() ? code.group(1) : response.statusCode() + " " + response.body();
  }
}
