package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/** Writes a map as an array of objects with key and value. */
record MapWriter(NdjsonEncoder.ValueWriter key, NdjsonEncoder.ValueWriter value)
    implements NdjsonEncoder.ValueWriter {
  @Override
  public void write(Object map, JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
      json.writeStartObject();
      if (entry.getKey() != null) {
        json.writeFieldName("key");
        key.write(entry.getKey(), json);
      }
      if (entry.getValue() != null) {
        json.writeFieldName("value");
        value.write(entry.getValue(), json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
