package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The examples that AWS publishes with their signatures: S3 API, sig-v4-header-based-auth,
 * sigv4-query-string-auth, sigv4-streaming.
 */
class SigV4VectorsTest {
  private static final Instant NOW = Instant.parse("2013-05-24T00:00:00Z");
  private static final String KEY_ID = "AKIAIOSFODNN7EXAMPLE";
  private static final String SCOPE = KEY_ID + "/20130524/us-east-1/s3/aws4_request";

  private final S3Access access = new S3Access(Clock.systemUTC());
  private final SignatureCheck check = new SignatureCheck("us-east-1", access);

  SigV4VectorsTest() {
    access.add(S3Credentials.user(KEY_ID, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
  }

  @Test
  void getObject() {
    SignedRequest request =
        request(
            "GET",
            "/test.txt",
            "",
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            "Range",
            "bytes=0-9",
            "x-amz-content-sha256",
            SigV4.EMPTY_HASH);
    assertEquals(KEY_ID, check.s3(request, NOW).credentials().accessKeyId());
  }

  @Test
  void putObjectWithASignInItsName() {
    SignedRequest request =
        request(
            "PUT",
            "/test$file.text",
            "",
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            "Date",
            "Fri, 24 May 2013 00:00:00 GMT",
            "x-amz-storage-class",
            "REDUCED_REDUNDANCY",
            "x-amz-content-sha256",
            SigV4.sha256("Welcome to Amazon S3.".getBytes(UTF_8)));
    assertEquals(KEY_ID, check.s3(request, NOW).credentials().accessKeyId());
  }

  @Test
  void aQueryWithAndWithoutValues() {
    String headers = "host;x-amz-content-sha256;x-amz-date";
    check.s3(
        request(
            "GET",
            "/",
            "lifecycle",
            headers,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
            "x-amz-content-sha256",
            SigV4.EMPTY_HASH),
        NOW);
    check.s3(
        request(
            "GET",
            "/",
            "max-keys=2&prefix=J",
            headers,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            "x-amz-content-sha256",
            SigV4.EMPTY_HASH),
        NOW);
  }

  @Test
  void aChangedHeaderOrPathDoesNotMatch() {
    SignedRequest request =
        request(
            "GET",
            "/test2.txt",
            "",
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            "Range",
            "bytes=0-9",
            "x-amz-content-sha256",
            SigV4.EMPTY_HASH);
    S3Error error = assertThrows(S3Error.class, () -> check.s3(request, NOW));
    assertEquals(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH, error.code());
  }

  @Test
  void aPresignedQuery() {
    String query =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            + SCOPE.replace("/", "%2F")
            + "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            + "&X-Amz-Signature="
            + "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    SignedRequest request = new SignedRequest("GET", "/test.txt", query, headers());
    assertEquals(Payload.UNSIGNED, check.s3(request, NOW).payload());
    S3Error late = assertThrows(S3Error.class, () -> check.s3(request, NOW.plusSeconds(86_401)));
    assertEquals("Request has expired", late.getMessage());
  }

  @Test
  void signedChunks() throws IOException {
    byte[] content = new byte[66_560];
    Arrays.fill(content, (byte) 'a');
    SignatureCheck.Verified head = chunkedHead();
    String body =
        chunk(65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648")
            + chunk(1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497")
            + chunk(0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9");
    assertEquals(66_824, body.length());
    assertArrayEquals(content, decode(body, head));
    S3Error changed =
        assertThrows(S3Error.class, () -> decode(body.replaceFirst("aaa\r\n", "aab\r\n"), head));
    assertEquals(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH, changed.code());
  }

  private SignatureCheck.Verified chunkedHead() {
    Map<String, List<String>> headers = headers();
    headers.put("host", List.of("s3.amazonaws.com"));
    headers.put("x-amz-date", List.of("20130524T000000Z"));
    headers.put("x-amz-storage-class", List.of("REDUCED_REDUNDANCY"));
    headers.put("x-amz-content-sha256", List.of(Payload.SIGNED_CHUNKS));
    headers.put("content-encoding", List.of("aws-chunked"));
    headers.put("x-amz-decoded-content-length", List.of("66560"));
    headers.put("content-length", List.of("66824"));
    headers.put(
        "Authorization",
        List.of(
            "AWS4-HMAC-SHA256 Credential="
                + SCOPE
                + ",SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;"
                + "x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature="
                + "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"));
    return check.s3(new SignedRequest("PUT", "/examplebucket/chunkObject.txt", "", headers), NOW);
  }

  private static byte[] decode(String body, SignatureCheck.Verified head) throws IOException {
    try (ChunkedPayload payload =
        new ChunkedPayload(
            new ByteArrayInputStream(body.getBytes(UTF_8)),
            66_560,
            Optional.empty(),
            ChunkSignatures.of(head))) {
      ByteArrayOutputStream decoded = new ByteArrayOutputStream();
      payload.transferTo(decoded);
      return decoded.toByteArray();
    }
  }

  private static String chunk(int size, String signature) {
    return Integer.toHexString(size)
        + ";chunk-signature="
        + signature
        + "\r\n"
        + "a".repeat(size)
        + "\r\n";
  }

  private static SignedRequest request(
      String method,
      String path,
      String query,
      String signedHeaders,
      String signature,
      String... more) {
    Map<String, List<String>> headers = headers();
    headers.put("x-amz-date", List.of("20130524T000000Z"));
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], List.of(more[i + 1]));
    }
    headers.put(
        "Authorization",
        List.of(
            "AWS4-HMAC-SHA256 Credential="
                + SCOPE
                + ", SignedHeaders="
                + signedHeaders
                + ", Signature="
                + signature));
    return new SignedRequest(method, path, query, headers);
  }

  private static Map<String, List<String>> headers() {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Host", List.of("examplebucket.s3.amazonaws.com"));
    return headers;
  }
}
