package io.writeback.sink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** Which fields tell rows apart, and where they are found in a record. Pure. */
public final class UpsertKey {
  private final SinkSettings.Upsert settings;

  public UpsertKey(SinkSettings.Upsert settings) {
    this.settings = settings;
  }

  /**
   * A field of the key.
   *
   * @param value finds it in records of the schemas that it was made for; null if it is missing
   */
  public record Part(String name, Schema schema, Function<SinkRecord, Object> value) {}

  /**
   * The fields of the key, for records of these schemas.
   *
   * @param value null for a tombstone, whose key is always the record's key
   * @throws BadRowException if such records have no such key
   */
  public List<Part> parts(Schema key, Schema value) {
    boolean inValue = settings.keyInValue() && value != null;
    return inValue ? partsOfValue(value) : partsOfKey(key);
  }

  private List<Part> partsOfValue(Schema value) {
    List<Part> parts = new ArrayList<>();
    for (String name : settings.keyFields()) {
      parts.add(part(value, name, SinkRecord::value, "value"));
    }
    return parts;
  }

  private List<Part> partsOfKey(Schema key) {
    if (key == null) {
      throw new BadRowException(
          "record has no key with a schema, which tells its row from others: set a key.converter"
              + " that delivers schemas, or "
              + SinkConfig.UPSERT_KEY
              + "=record_value");
    }
    if (key.type() != Schema.Type.STRUCT) {
      if (settings.keyFields().size() != 1) {
        throw new BadRowException(
            "key is a "
                + key.type().getName()
                + " without a field name: give it one name in "
                + SinkConfig.UPSERT_KEY_FIELDS);
      }
      return List.of(new Part(settings.keyFields().get(0), key, SinkRecord::key));
    }
    List<String> names =
        settings.keyFields().isEmpty()
            ? key.fields().stream().map(field -> field.name()).toList()
            : settings.keyFields();
    if (names.isEmpty()) {
      throw new BadRowException("key has no fields");
    }
    List<Part> parts = new ArrayList<>();
    for (String name : names) {
      parts.add(part(key, name, SinkRecord::key, "key"));
    }
    return parts;
  }

  private static Part part(
      Schema schema, String name, Function<SinkRecord, Object> struct, String where) {
    var field = schema.type() == Schema.Type.STRUCT ? schema.field(name) : null;
    if (field == null) {
      throw new BadRowException(
          "the record's "
              + where
              + " has no field "
              + name
              + ", which "
              + SinkConfig.UPSERT_KEY_FIELDS
              + " names as part of the key");
    }
    return new Part(
        name,
        field.schema(),
        record -> struct.apply(record) instanceof Struct found ? found.get(field) : null);
  }
}
