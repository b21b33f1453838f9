package io.writeback.redshift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.snapshot.ManifestCodec;
import io.writeback.snapshot.SnapshotManifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** A manifest as JSON text, in the fields of its record. */
final class ManifestText {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ManifestText() {}

  static String write(SnapshotManifest manifest) {
    try {
      return LongText.pack(JSON.writeValueAsString(plain(ManifestCodec.toValue(manifest))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is always JSON", e);
    }
  }

  static SnapshotManifest read(String text) {
    try {
      return ManifestCodec.fromValue(JSON.readValue(LongText.unpack(text), Map.class));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a registered manifest is no JSON", e);
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
    return value instanceof List<?> list ? list.stream().map(ManifestText::plain).toList() : value;
  }
}
