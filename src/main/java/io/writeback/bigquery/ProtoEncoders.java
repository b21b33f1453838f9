package io.writeback.bigquery;

import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import io.writeback.sink.BadRowException;
import io.writeback.sink.Target;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.data.Schema;

/**
 * Encoders by table and schema, the last few used. What a table's columns are is not known when its
 * first rows are encoded; if they turn out to be others than the record's, the rows are encoded
 * again. {@link #of} is for the task thread, the rest for any.
 */
final class ProtoEncoders {
  private static final int KEPT = 64;

  private record Key(Target target, Schema schema, List<TableFieldSchema> table) {}

  private final Map<String, Type> extras;
  private final RowShape.Rules rules;
  private final RowShape rows;
  private final Map<Target, List<TableFieldSchema>> learned = new ConcurrentHashMap<>();
  private final Map<Key, ProtoEncoder> byKey = new LastUsed<>(KEPT);

  private Schema lastSchema;
  private Target lastTarget;
  private List<TableFieldSchema> lastTable;
  private ProtoEncoder last;

  ProtoEncoders(Map<String, Type> extras, BigQuerySettings.Streaming settings) {
    this.extras = new LinkedHashMap<>(extras);
    this.rules = settings.rows();
    this.rows = new RowShape(settings.rows());
  }

  /** Makes rows of records. */
  RowShape rows() {
    return rows;
  }

  ProtoEncoder of(Target target, Schema schema) {
    List<TableFieldSchema> table = learned.getOrDefault(target, List.of());
    if (schema != lastSchema || !target.equals(lastTarget) || table != lastTable) {
      last =
          byKey.computeIfAbsent(
              new Key(target, schema, table),
              key -> ProtoCompiler.compile(schema, table, extras, rules));
      lastSchema = schema;
      lastTarget = target;
      lastTable = table;
    }
    return last;
  }

  /**
   * Whether rows mean in the table what the encoders made of them. If not, the table's columns are
   * kept in mind for the next time.
   */
  boolean fit(Target target, Collection<ProtoEncoder> encoders, List<TableFieldSchema> actual) {
    for (ProtoEncoder encoder : encoders) {
      if (!fits(encoder, actual)) {
        learned.put(target, List.copyOf(actual));
        return false;
      }
    }
    return true;
  }

  private boolean fits(ProtoEncoder encoder, List<TableFieldSchema> actual) {
    try {
      return ProtoCompiler.compile(encoder.source(), actual, extras, rules)
          .meaning()
          .equals(encoder.meaning());
    } catch (BadRowException e) {
      return false;
    }
  }
}
