package io.writeback.snapshot;

import io.writeback.snapshot.SnapshotManifest.Column;
import io.writeback.snapshot.SnapshotManifest.Range;
import io.writeback.snapshot.SnapshotManifest.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;

/**
 * A manifest as a record: its schemas, and both directions. Field names are made for Avro, which
 * knows no dots. Fields are only ever added, and only optional ones, so that old and new readers
 * and writers understand each other.
 *
 * <p>Reading takes a Struct, or the Map that a JsonConverter without schemas makes of it.
 */
public final class ManifestCodec {
  /** The key: the DataSet id, so that compaction keeps the newest manifest of each DataSet. */
  public static final Schema KEY_SCHEMA = Schema.STRING_SCHEMA;

  private static final Schema RANGE_SCHEMA =
      SchemaBuilder.struct()
          .name("io.writeback.snapshot.Range")
          .field("topic", Schema.STRING_SCHEMA)
          .field("partition", Schema.INT32_SCHEMA)
          .field("first", Schema.INT64_SCHEMA)
          .field("end", Schema.INT64_SCHEMA)
          .field("rows", Schema.INT64_SCHEMA)
          .build();

  private static final Schema COLUMN_SCHEMA =
      SchemaBuilder.struct()
          .name("io.writeback.snapshot.Column")
          .field("name", Schema.STRING_SCHEMA)
          .field("type", Schema.STRING_SCHEMA)
          .field("logical", Schema.OPTIONAL_STRING_SCHEMA)
          .field("scale", Schema.OPTIONAL_INT32_SCHEMA)
          .field("key", Schema.BOOLEAN_SCHEMA)
          .build();

  /** The value. Times are milliseconds since 1970 in UTC. */
  public static final Schema VALUE_SCHEMA =
      SchemaBuilder.struct()
          .name("io.writeback.snapshot.Manifest")
          .field("contract", Schema.INT32_SCHEMA)
          .field("dataset", Schema.STRING_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .field("topic", Schema.STRING_SCHEMA)
          .field("producer", Schema.STRING_SCHEMA)
          .field("snapshot", Schema.STRING_SCHEMA)
          .field("version", Schema.STRING_SCHEMA)
          .field("version_time", Schema.OPTIONAL_INT64_SCHEMA)
          .field("reason", Schema.STRING_SCHEMA)
          .field("rows", Schema.INT64_SCHEMA)
          .field("dropped", Schema.INT64_SCHEMA)
          .field("ranges", SchemaBuilder.array(RANGE_SCHEMA).optional().build())
          .field("columns", SchemaBuilder.array(COLUMN_SCHEMA).build())
          .field("schema_fingerprint", Schema.OPTIONAL_STRING_SCHEMA)
          .field("content_hash", Schema.OPTIONAL_STRING_SCHEMA)
          .field("identity", Schema.OPTIONAL_STRING_SCHEMA)
          .field("started", Schema.OPTIONAL_INT64_SCHEMA)
          .field("finished", Schema.OPTIONAL_INT64_SCHEMA)
          .build();

  private ManifestCodec() {}

  /** The manifest as a record value with {@link #VALUE_SCHEMA}. */
  public static Struct toValue(SnapshotManifest manifest) {
    Struct value =
        new Struct(VALUE_SCHEMA)
            .put("contract", SnapshotManifest.CONTRACT)
            .put("dataset", manifest.dataset())
            .put("name", manifest.name())
            .put("topic", manifest.topic())
            .put("producer", manifest.producer())
            .put("snapshot", manifest.snapshot())
            .put("version", manifest.version())
            .put("version_time", millis(manifest.versionTime()))
            .put("reason", manifest.reason().name().toLowerCase(Locale.ROOT))
            .put("rows", manifest.rows())
            .put("dropped", manifest.dropped())
            .put("schema_fingerprint", manifest.schemaFingerprint())
            .put("content_hash", manifest.contentHash())
            .put("identity", manifest.identity())
            .put("started", millis(manifest.started()))
            .put("finished", millis(manifest.finished()))
            .put("columns", manifest.columns().stream().map(ManifestCodec::column).toList());
    manifest
        .ranges()
        .ifPresent(r -> value.put("ranges", r.stream().map(ManifestCodec::range).toList()));
    return value;
  }

  /**
   * Reads a manifest.
   *
   * @param value a Struct or a Map
   * @throws DataException if it is no manifest, lacks a field, or speaks a newer contract
   */
  public static SnapshotManifest fromValue(Object value) {
    Fields fields = Fields.of(value);
    long contract = fields.number("contract");
    if (contract != SnapshotManifest.CONTRACT) {
      throw new DataException(
          "manifest of contract "
              + contract
              + ", this version reads contract "
              + SnapshotManifest.CONTRACT
              + ": upgrade the sink");
    }
    return new SnapshotManifest(
        fields.text("dataset"),
        fields.textOrNull("name"),
        fields.text("topic"),
        fields.text("producer"),
        fields.text("snapshot"),
        fields.text("version"),
        fields.instantOrNull("version_time"),
        reason(fields.text("reason")),
        fields.number("rows"),
        fields.number("dropped"),
        fields
            .list("ranges")
            .map(list -> list.stream().map(item -> readRange(Fields.of(item))).toList()),
        fields.list("columns").orElse(List.of()).stream()
            .map(item -> readColumn(Fields.of(item)))
            .toList(),
        fields.textOrNull("schema_fingerprint"),
        fields.textOrNull("content_hash"),
        fields.textOrNull("identity"),
        fields.instantOrNull("started"),
        fields.instantOrNull("finished"));
  }

  private static Struct range(Range range) {
    return new Struct(RANGE_SCHEMA)
        .put("topic", range.topic())
        .put("partition", range.partition())
        .put("first", range.first())
        .put("end", range.end())
        .put("rows", range.rows());
  }

  private static Struct column(Column column) {
    return new Struct(COLUMN_SCHEMA)
        .put("name", column.name())
        .put("type", column.type())
        .put("logical", column.logical().orElse(null))
        .put("scale", column.scale().orElse(null))
        .put("key", column.key());
  }

  private static Range readRange(Fields f) {
    return new Range(
        f.text("topic"),
        (int) f.number("partition"),
        f.number("first"),
        f.number("end"),
        f.number("rows"));
  }

  private static Column readColumn(Fields f) {
    return new Column(
        f.text("name"),
        f.text("type"),
        Optional.ofNullable(f.textOrNull("logical")),
        f.numberIfPresent("scale").map(Long::intValue),
        Boolean.TRUE.equals(f.get("key")));
  }

  private static Reason reason(String text) {
    try {
      return Reason.valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new DataException("manifest with unknown reason " + text, e);
    }
  }

  private static Long millis(Instant instant) {
    return instant == null ? null : instant.toEpochMilli();
  }

  /** Looks fields up in a Struct or in a Map. */
  private record Fields(Object source) {
    static Fields of(Object value) {
      if (value instanceof Struct || value instanceof Map) {
        return new Fields(value);
      }
      throw new DataException(
          "expected a manifest (struct or map), got "
              + (value == null ? "null" : value.getClass().getSimpleName())
              + ": does snapshot.topic name the source's manifest topic?");
    }

    Object get(String name) {
      if (source instanceof Struct struct) {
        return struct.schema().field(name) == null ? null : struct.get(name);
      }
      return ((Map<?, ?>) source).get(name);
    }

    String text(String name) {
      String text = textOrNull(name);
      if (text == null) {
        throw new DataException("manifest without field " + name);
      }
      return text;
    }

    String textOrNull(String name) {
      Object value = get(name);
      return value == null ? null : value.toString();
    }

    long number(String name) {
      return numberIfPresent(name)
          .orElseThrow(() -> new DataException("manifest without number in field " + name));
    }

    Optional<Long> numberIfPresent(String name) {
      return get(name) instanceof Number number
          ? Optional.of(number.longValue())
          : Optional.empty();
    }

    Instant instantOrNull(String name) {
      return numberIfPresent(name).map(Instant::ofEpochMilli).orElse(null);
    }

    Optional<List<Object>> list(String name) {
      return get(name) instanceof List<?> list
          ? Optional.of(new ArrayList<>(list))
          : Optional.empty();
    }
  }
}
