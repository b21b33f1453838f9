package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import io.writeback.retry.FaultException;
import io.writeback.sink.MetadataColumn;
import io.writeback.sink.Target;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The columns that say where a row comes from. Exactly-once streaming finds in them what has
 * landed, and whoever doubts it can look for gaps and doubles there.
 */
final class KafkaColumns {
  static final String TOPIC = "__kafka_topic";
  static final String PARTITION = "__kafka_partition";
  static final String OFFSET = "__kafka_offset";
  static final String GENERATION = "__kafka_generation";

  private KafkaColumns() {}

  static List<TableFieldSchema> fields() {
    return List.of(
        column(TOPIC, "STRING"),
        column(PARTITION, "INTEGER"),
        column(OFFSET, "INTEGER"),
        column(GENERATION, "INTEGER"));
  }

  /** Whether a column that a user asks for is one of these, and tells the same. */
  static boolean tells(MetadataColumn column) {
    return switch (column.fact()) {
      case TOPIC -> column.name().equals(TOPIC);
      case PARTITION -> column.name().equals(PARTITION);
      case OFFSET -> column.name().equals(OFFSET);
      case TIMESTAMP, INSERTED -> false;
    };
  }

  private static TableFieldSchema column(String name, String type) {
    return new TableFieldSchema().setName(name).setType(type).setMode(TableFields.NULLABLE);
  }

  static Map<String, Type> types() {
    Map<String, Type> types = new LinkedHashMap<>();
    types.put(TOPIC, Type.TYPE_STRING);
    types.put(PARTITION, Type.TYPE_INT64);
    types.put(OFFSET, Type.TYPE_INT64);
    types.put(GENERATION, Type.TYPE_INT64);
    return types;
  }

  /** Writes the columns for rows of one partition. For one thread at a time. */
  static StreamBatch.RowTail tail(TopicPartition tp, long generation) {
    byte[] topic = tp.topic().getBytes(StandardCharsets.UTF_8);
    return new StreamBatch.RowTail() {
      private ProtoEncoder last;
      private byte[] constant;
      private int offsetTag;

      @Override
      public void write(io.writeback.sink.SinkRow row, ProtoEncoder encoder, ProtoBuffer out) {
        if (encoder != last) {
          ProtoBuffer prepared = new ProtoBuffer(64 + topic.length);
          prepared.tag(encoder.extraTag(TOPIC));
          prepared.lengthAndBytes(topic);
          prepared.tag(encoder.extraTag(PARTITION));
          prepared.varint(tp.partition());
          prepared.tag(encoder.extraTag(GENERATION));
          prepared.varint(generation);
          constant = prepared.copy(0);
          offsetTag = encoder.extraTag(OFFSET);
          last = encoder;
        }
        out.raw(constant, 0, constant.length);
        out.tag(offsetTag);
        out.varint(row.offset());
      }
    };
  }

  /**
   * Refuses a table in which landed rows cannot be found.
   *
   * @throws FaultException CONFIGURATION
   */
  static void require(Target target, Table table) {
    for (TableFieldSchema needed : fields()) {
      boolean there =
          table.getSchema() != null
              && table.getSchema().getFields() != null
              && TableFields.find(table.getSchema().getFields(), needed.getName())
                  .filter(
                      found -> TableFields.canonicalType(found.getType()).equals(needed.getType()))
                  .isPresent();
      if (!there) {
        throw FaultException.configuration(
            String.format(
                "table %s has no column %s %s, without which exactly-once streaming cannot tell"
                    + " what has landed. Run ALTER TABLE %s ADD COLUMN %s, and the same for the"
                    + " other columns %s; or use delivery.guarantee=at_least_once, or"
                    + " bigquery.write.method=load_job",
                target,
                needed.getName(),
                needed.getType(),
                BigQuerySql.quote(target.toString()),
                needed.getName() + " " + (needed.getType().equals("STRING") ? "STRING" : "INT64"),
                types().keySet()),
            null);
      }
    }
  }
}
