package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.writeback.standin.http.HttpCall;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** One request under way, and how it is answered. Used by one thread. */
final class S3Call {
  static final String NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final HttpCall http;
  private final SignedRequest signed;
  private final S3Request request;
  private final S3Fault fault;
  private final Instant now;
  private final String requestId =
      UUID.randomUUID().toString().replace("-", "").substring(0, 16).toUpperCase(Locale.ROOT);
  private S3Credentials credentials;
  private Payload payload;

  /**
   * A call.
   *
   * @param fault null for none
   */
  S3Call(HttpCall http, S3Request request, S3Fault fault, Instant now) {
    this.http = http;
    this.signed = SignedRequest.of(http);
    this.request = request;
    this.fault = fault;
    this.now = now;
  }

  void authenticated(SignatureCheck.Verified verified) {
    credentials = verified.credentials();
    payload = Payload.of(http, verified);
  }

  HttpCall http() {
    return http;
  }

  SignedRequest signed() {
    return signed;
  }

  S3Request request() {
    return request;
  }

  S3Fault fault() {
    return fault;
  }

  Instant now() {
    return now;
  }

  String requestId() {
    return requestId;
  }

  String principal() {
    return credentials.principal();
  }

  Payload payload() {
    return payload;
  }

  Optional<String> header(String name) {
    return signed.header(name);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(http.query().get(name));
  }

  /** A numeric parameter within bounds. */
  int number(String name, int otherwise, int min, int max) {
    String text = parameter(name).orElse(String.valueOf(otherwise));
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the refusal.
    }
    throw new S3Error(
        S3ErrorCode.INVALID_ARGUMENT,
        "Argument " + name + " must be an integer between " + min + " and " + max,
        Map.of("ArgumentName", name, "ArgumentValue", text));
  }

  static String httpDate(Instant time) {
    return HTTP_DATE.format(time);
  }

  void xml(String root, Consumer<XmlText> content) throws IOException {
    xml(root, Map.of(), content);
  }

  void xml(String root, Map<String, String> headers, Consumer<XmlText> content) throws IOException {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", "application/xml");
    bytes(200, all, XmlText.document(root, NAMESPACE, content).getBytes(UTF_8));
  }

  void empty(int status, Map<String, String> headers) throws IOException {
    bytes(status, headers, new byte[0]);
  }

  void bytes(int status, Map<String, String> headers, byte[] body) throws IOException {
    stream(status, headers, new ByteArrayInputStream(body), body.length);
  }

  /** Answers with so many bytes of a stream; HEAD and 304 announce them only. */
  void stream(int status, Map<String, String> headers, InputStream body, long length)
      throws IOException {
    if (fault instanceof S3Fault.LostAnswer) {
      http.reset();
      return;
    }
    Map<String, String> all = new LinkedHashMap<>();
    all.put("x-amz-id-2", "standin/" + requestId);
    all.put("x-amz-request-id", requestId);
    all.put("Date", httpDate(now));
    all.put("Server", "AmazonS3");
    all.putAll(headers);
    boolean headOnly = http.method().equals("HEAD") || status == 204 || status == 304;
    HttpCall.Framing framing = HttpCall.Framing.LENGTH;
    try (OutputStream out = http.stream(status, all, framing, status == 304 ? 0 : length)) {
      if (!headOnly) {
        AnswerBody.send(http, body, length, out, fault);
      }
    }
  }

  /** Answers with an error in S3's XML. */
  void refuse(S3Error error) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/xml");
    if (error.details().containsKey("Region")) {
      headers.put("x-amz-bucket-region", error.details().get("Region"));
    }
    refuse(error.code().status(), headers, error);
  }

  /** Answers with an error's XML under another status. */
  void refuse(int status, Map<String, String> headers, S3Error error) throws IOException {
    String text =
        XmlText.document(
            "Error",
            "",
            xml -> {
              xml.element("Code", error.code().code()).element("Message", error.getMessage());
              error.details().forEach(xml::element);
              xml.element("Resource", http.path())
                  .element("RequestId", requestId)
                  .element("HostId", "standin/" + requestId);
            });
    byte[] body = http.method().equals("HEAD") ? new byte[0] : text.getBytes(UTF_8);
    bytes(status, headers, body);
  }
}
