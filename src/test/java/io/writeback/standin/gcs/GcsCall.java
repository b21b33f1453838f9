package io.writeback.standin.gcs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.standin.http.HttpCall;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * One call.
 *
 * @param operation its method, such as {@code objects.insert}
 * @param bucket decoded
 * @param object decoded; empty if the path names none
 * @param damaged whether its body arrives with a wrong byte
 * @param unconditional whether its precondition is lost on the way
 */
record GcsCall(
    HttpCall http,
    String operation,
    String bucket,
    String object,
    boolean damaged,
    boolean unconditional) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern PATH =
      Pattern.compile("(/upload)?/storage/v1/b/([^/]+)(/o)?(?:/([^/]+))?");
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");

  static GcsCall of(HttpCall http) {
    Matcher path = PATH.matcher(http.path());
    if (!path.matches() || (path.group(3) == null && path.group(4) != null)) {
      throw GcsException.notFound("Not Found");
    }
    boolean upload = path.group(1) != null;
    boolean listed = path.group(3) != null;
    boolean named = path.group(4) != null;
    String verb = http.header("X-HTTP-Method-Override").orElse(http.method());
    String type = http.query().getOrDefault("uploadType", "");
    String operation =
        switch (verb) {
          case "POST" ->
              upload && listed && !named
                  ? type.equals("resumable") ? "upload.start" : "objects.insert"
                  : "?";
          case "PUT" -> upload && listed && !named ? "upload.chunk" : "?";
          case "GET" ->
              upload ? "?" : named ? "objects.get" : listed ? "objects.list" : "buckets.get";
          case "DELETE" -> !upload && named ? "objects.delete" : "?";
          default -> "?";
        };
    if (operation.equals("?")) {
      throw GcsException.notFound("Not Found");
    }
    return new GcsCall(
        http, operation, decoded(path.group(2)), named ? decoded(path.group(4)) : "", false, false);
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The call as it arrives if this befalls it. */
  GcsCall suffering(GcsFault fault) {
    return new GcsCall(
        http,
        operation,
        bucket,
        object,
        fault instanceof GcsFault.Damaged,
        fault instanceof GcsFault.Unconditional);
  }

  String query(String name) {
    return http.query().getOrDefault(name, "");
  }

  Long ifGeneration() {
    String text = query("ifGenerationMatch");
    return text.isEmpty() || unconditional ? null : Long.valueOf(text);
  }

  byte[] body() throws IOException {
    boolean gzip = http.header("Content-Encoding").map("gzip"::equalsIgnoreCase).orElse(false);
    try (InputStream in = gzip ? new GZIPInputStream(http.body()) : http.body()) {
      return in.readAllBytes();
    }
  }

  static JsonNode json(byte[] text) {
    try {
      JsonNode json = text.length == 0 ? JSON.createObjectNode() : JSON.readTree(text);
      if (!json.isObject()) {
        throw GcsException.invalid("Invalid JSON payload received.");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new GcsException(400, "parseError", "Parse Error");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The bytes of an object, as they arrive. */
  byte[] arrived(byte[] bytes) {
    if (damaged && bytes.length > 0) {
      bytes[bytes.length / 2] ^= 1;
    }
    return bytes;
  }

  /** Both parts of a multipart/related body: metadata, bytes. */
  record Parts(JsonNode metadata, byte[] bytes) {}

  Parts parts() throws IOException {
    Matcher type = BOUNDARY.matcher(http.header("Content-Type").orElse(""));
    if (!type.find()) {
      throw GcsException.invalid("Multipart body without a boundary.");
    }
    String text = new String(body(), StandardCharsets.ISO_8859_1);
    String boundary = "--" + type.group(1);
    String[] parts = ("\r\n" + text).split(Pattern.quote("\r\n" + boundary), -1);
    if (parts.length != 4 || !parts[3].startsWith("--")) {
      throw GcsException.invalid("Multipart body must contain 2 parts.");
    }
    return new Parts(json(content(parts[1])), arrived(content(parts[2])));
  }

  private static byte[] content(String part) {
    int head = part.indexOf("\r\n\r\n");
    if (head < 0) {
      throw GcsException.invalid("Malformed multipart body.");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(part.length());
    out.writeBytes(part.substring(head + 4).getBytes(StandardCharsets.ISO_8859_1));
    return out.toByteArray();
  }
}
