package io.writeback.standin.bigquery;

import io.writeback.standin.http.HttpCall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Bodies of requests: the client library compresses them. */
final class RequestBody {
  private RequestBody() {}

  static InputStream stream(HttpCall call) throws IOException {
    boolean gzip = call.header("Content-Encoding").map("gzip"::equalsIgnoreCase).orElse(false);
    return gzip ? new GZIPInputStream(call.body()) : call.body();
  }

  static String text(HttpCall call) throws IOException {
    return new String(stream(call).readAllBytes(), StandardCharsets.UTF_8);
  }
}
