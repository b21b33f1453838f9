package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer that has not been sent yet. */
record Answer(int status, Map<String, String> headers, byte[] body) {
  static Answer json(JsonNode body) {
    return json(200, body);
  }

  static Answer json(int status, JsonNode body) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", "application/json; charset=UTF-8");
    if (body.hasNonNull("etag")) {
      headers.put("ETag", body.get("etag").asText());
    }
    return new Answer(status, headers, body.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** What a front end says that has lost the service behind it. */
  static Answer page(int status) {
    String html = "<!DOCTYPE html><html><title>Error " + status + "</title></html>";
    return new Answer(
        status,
        Map.of("Content-Type", "text/html; charset=UTF-8"),
        html.getBytes(StandardCharsets.UTF_8));
  }

  static Answer empty() {
    return new Answer(204, Map.of(), new byte[0]);
  }

  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, more, body);
  }
}
