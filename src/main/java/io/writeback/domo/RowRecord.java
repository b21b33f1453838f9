package io.writeback.domo;

import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A record that knows which emission it belongs to. Two of them are the same only if they are one:
 * Connect keeps the records of a transaction in a map, where records that are equal by value
 * collapse into one (and where hashing every cell would cost more than sending it).
 */
final class RowRecord extends SourceRecord {
  private final transient Emission emission;
  private final transient boolean manifest;

  RowRecord(
      Emission emission,
      boolean manifest,
      Map<String, ?> partition,
      Map<String, ?> offset,
      String topic,
      Schema keySchema,
      Object key,
      Schema valueSchema,
      Object value,
      Headers headers) {
    super(partition, offset, topic, null, keySchema, key, valueSchema, value, null, headers);
    this.emission = emission;
    this.manifest = manifest;
  }

  Emission emission() {
    return emission;
  }

  boolean isManifest() {
    return manifest;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
