package io.writeback.standin.bigquery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.http.HttpCall;
import java.util.Map;

/**
 * One call of the REST API, authenticated.
 *
 * @param parts values of the path's variables by name, decoded
 * @param text the body, decompressed; empty for an upload, which is read from the call
 */
record ApiCall(
    HttpCall http,
    String principal,
    Map<String, String> parts,
    Map<String, String> query,
    String text) {
  private static final ObjectReader READER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build()
          .readerFor(JsonNode.class);

  static JsonNode read(String text) {
    try {
      JsonNode json =
          text.isBlank() ? JsonNodeFactory.instance.objectNode() : READER.readValue(text);
      if (!json.isObject()) {
        throw ApiException.invalid("Invalid JSON payload received. Not an object.");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new ApiException(400, "parseError", "Parse Error: " + e.getOriginalMessage());
    }
  }

  ObjectNode body() {
    return (ObjectNode) read(text);
  }

  String project() {
    return parts.get("project");
  }

  DatasetId dataset() {
    return new DatasetId(project(), parts.get("dataset"));
  }

  TableId table() {
    return dataset().table(parts.get("table"));
  }

  /** Size of a page: what the client asks for, within bounds. */
  long maxResults(long otherwise) {
    String text = query.getOrDefault("maxResults", "");
    return text.isEmpty() ? otherwise : Math.max(0, Long.parseLong(text));
  }
}
