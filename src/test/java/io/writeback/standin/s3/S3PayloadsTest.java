package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each way to send a body, each with something wrong with it. */
class S3PayloadsTest {
  private static final String TRAILER = "x-amz-checksum-crc32c";

  private final S3StandIn s3 = S3StandIn.start(S3StandIn.Settings.standard());
  private final RawS3 raw = new RawS3(s3);

  @AfterEach
  void close() {
    s3.close();
  }

  @Test
  void aHashedBodyMustHaveThatHash() throws Exception {
    byte[] body = "content".getBytes(UTF_8);
    assertEquals(200, raw.send("PUT", "/writeback/k", "", Map.of(), body).statusCode());
    assertEquals(
        "XAmzContentSHA256Mismatch",
        RawS3.code(
            raw.send(
                "PUT",
                "/writeback/k",
                "",
                Map.of("x-amz-content-sha256", SigV4.EMPTY_HASH),
                body)));
    Map<String, String> unsigned = Map.of("x-amz-content-sha256", Payload.UNSIGNED);
    assertEquals(200, raw.send("PUT", "/writeback/u", "", unsigned, body).statusCode());
    assertEquals(
        "InvalidArgument",
        RawS3.code(
            raw.send("PUT", "/writeback/k", "", Map.of("x-amz-content-sha256", "abc"), body)));
  }

  @Test
  void signedChunksWithATrailer() throws Exception {
    assertEquals(
        200, chunked(Payload.SIGNED_CHUNKS_TRAILER, "4waSgw==", body -> body).statusCode());
    assertEquals("123456789", new String(s3.view().read("writeback", "k"), UTF_8));
    assertEquals(
        "SignatureDoesNotMatch",
        RawS3.code(
            chunked(
                Payload.SIGNED_CHUNKS_TRAILER, "4waSgw==", body -> body.replace("4567", "4568"))));
    assertEquals(
        "SignatureDoesNotMatch",
        RawS3.code(
            chunked(
                Payload.SIGNED_CHUNKS_TRAILER,
                "4waSgw==",
                body -> body.replace("4waSgw==", "4waSgg=="))));
    assertEquals(
        "BadDigest", RawS3.code(chunked(Payload.SIGNED_CHUNKS_TRAILER, "AAAAAA==", body -> body)));
  }

  @Test
  void signedChunksWithoutATrailer() throws Exception {
    assertEquals(200, chunked(Payload.SIGNED_CHUNKS, null, body -> body).statusCode());
    assertEquals(
        "SignatureDoesNotMatch",
        RawS3.code(chunked(Payload.SIGNED_CHUNKS, null, body -> body.replace("123", "321"))));
  }

  @Test
  void unsignedChunksWithATrailer() throws Exception {
    assertEquals(200, chunked(Payload.UNSIGNED_TRAILER, "4waSgw==", body -> body).statusCode());
    assertEquals(
        "BadDigest",
        RawS3.code(
            chunked(Payload.UNSIGNED_TRAILER, "4waSgw==", body -> body.replace("456", "654"))));
    assertEquals(
        "MalformedTrailerError",
        RawS3.code(
            chunked(
                Payload.UNSIGNED_TRAILER,
                "4waSgw==",
                body -> body.replace(TRAILER, "x-amz-other"))));
    assertEquals(
        "IncompleteBody",
        RawS3.code(
            chunked(
                Payload.UNSIGNED_TRAILER,
                "4waSgw==",
                body -> body.replace("9\r\n123456789", "8\r\n12345678"))));
    assertEquals(
        "InvalidChunkSizeError",
        RawS3.code(
            chunked(
                Payload.UNSIGNED_TRAILER,
                "4waSgw==",
                body -> body.replace("9\r\n123456789", "4\r\n1234\r\n5\r\n56789"))));
  }

  private interface Change {
    String apply(String body);
  }

  /** Sends 123456789 in one chunk. */
  private HttpResponse<String> chunked(String kind, String checksum, Change change)
      throws Exception {
    TreeMap<String, String> headers = new TreeMap<>();
    headers.put("x-amz-content-sha256", kind);
    headers.put("x-amz-decoded-content-length", "9");
    headers.put("content-encoding", "aws-chunked");
    if (checksum != null) {
      headers.put("x-amz-trailer", TRAILER);
    }
    String authorization = raw.authorize("PUT", "/writeback/k", "", headers);
    boolean signed = !kind.equals(Payload.UNSIGNED_TRAILER);
    Chain chain = new Chain(raw.last());
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String first = chain.chunk("123456789");
    body.writeBytes(
        ("9" + (signed ? ";chunk-signature=" + first : "") + "\r\n123456789\r\n").getBytes(UTF_8));
    String end = chain.chunk("");
    body.writeBytes(("0" + (signed ? ";chunk-signature=" + end : "") + "\r\n").getBytes(UTF_8));
    if (checksum != null) {
      String line = TRAILER + ":" + checksum;
      body.writeBytes((line + "\r\n").getBytes(UTF_8));
      if (signed) {
        body.writeBytes(
            ("x-amz-trailer-signature:" + chain.trailer(line + "\n") + "\r\n").getBytes(UTF_8));
      }
    }
    body.writeBytes("\r\n".getBytes(UTF_8));
    byte[] bytes = change.apply(body.toString(UTF_8)).getBytes(UTF_8);
    return raw.plain("PUT", "/writeback/k", "", headers, authorization, bytes);
  }

  /** The client's half of the signature chain. */
  private final class Chain {
    private final RawS3.Signed head;
    private String previous;

    Chain(RawS3.Signed head) {
      this.head = head;
      this.previous = head.signature();
    }

    String chunk(String content) {
      return sign(
          "AWS4-HMAC-SHA256-PAYLOAD",
          SigV4.EMPTY_HASH + "\n" + SigV4.sha256(content.getBytes(UTF_8)));
    }

    String trailer(String lines) {
      return sign("AWS4-HMAC-SHA256-TRAILER", SigV4.sha256(lines.getBytes(UTF_8)));
    }

    private String sign(String algorithm, String rest) {
      previous =
          SigV4.sign(
              raw.key(head.scope()),
              String.join(
                  "\n", algorithm, head.timestamp(), head.scope().toString(), previous, rest));
      return previous;
    }
  }
}
