package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.retry.FaultException;
import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotManifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** A manifest as JSON text: the record that travels on the manifest topic, field by field. */
final class ManifestJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ManifestJson() {}

  static String write(SnapshotManifest manifest) {
    try {
      return JSON.writeValueAsString(plain(ManifestCodec.toValue(manifest)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static SnapshotManifest read(String json) {
    try {
      return ManifestCodec.fromValue(JSON.readValue(json, Map.class));
    } catch (JsonProcessingException e) {
      throw FaultException.fatal("a registered manifest is no JSON any more", e);
    }
  }

  private static Object plain(Object value) {
    if (value instanceof Struct struct) {
      Map<String, Object> map = new LinkedHashMap<>();
      for (Field field : struct.schema().fields()) {
        map.put(field.name(), plain(struct.get(field)));
      }
      return map;
    }
    return value instanceof List<?> list ? list.stream().map(ManifestJson::plain).toList() : value;
  }
}
