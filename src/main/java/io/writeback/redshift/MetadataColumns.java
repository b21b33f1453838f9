package io.writeback.redshift;

import io.writeback.redshift.RedshiftType.Kind;
import io.writeback.sink.MetadataColumn;
import io.writeback.sink.SinkRow;
import java.time.InstantSource;
import java.util.function.Function;

/** Facts about a record as columns. */
final class MetadataColumns {
  private static final Cell NUMBER =
      (value, row) -> {
        row.number(((Number) value).longValue());
        return 0;
      };
  private static final Cell TIME =
      (value, row) -> {
        Civil.timestamp((Long) value, row);
        return 0;
      };

  private MetadataColumns() {}

  static LeadColumn of(MetadataColumn column, InstantSource clock) {
    return switch (column.fact()) {
      case TOPIC ->
          new LeadColumn(
              column.name(),
              RedshiftType.varchar(1),
              new TextCell(ValuePolicy.STRICT),
              row -> row.record().originalTopic(),
              false);
      case PARTITION -> number(column, Kind.INTEGER, row -> row.record().originalKafkaPartition());
      case OFFSET -> number(column, Kind.BIGINT, row -> row.offset());
      case TIMESTAMP -> time(column, row -> row.record().timestamp());
      case INSERTED -> time(column, row -> clock.millis());
    };
  }

  private static LeadColumn number(
      MetadataColumn column, Kind kind, Function<SinkRow, Object> value) {
    return new LeadColumn(column.name(), RedshiftType.of(kind), NUMBER, value, false);
  }

  private static LeadColumn time(MetadataColumn column, Function<SinkRow, Object> value) {
    return new LeadColumn(column.name(), RedshiftType.of(Kind.TIMESTAMP), TIME, value, false);
  }
}
