package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.row;
import static io.writeback.redshift.Warehouse.staged;
import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.TableBatch;
import io.writeback.standin.redshift.RedshiftSettings;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Tables and databases that others have set up, and that others use. */
class ExistingTablesTest extends WarehouseScenario {
  private static Promotion show(Destination d, Claim claim, String snapshot, long from, long to) {
    String name = claim.partition().topic();
    d.commit(List.of(staged(d, claim, table(name), snapshot, from, to, 1)));
    RegisteredManifest manifest = Warehouse.manifest(name, table(name), snapshot, to - from, from);
    return d.snapshots().promote(manifest, d.snapshots().staged(manifest));
  }

  /** The table is neither dropped nor replaced by another one of its name. */
  @Test
  void viewsOnAReplacedTableStayAndShowTheNewRows() {
    Destination d = warehouse.destination("viewed", "write.mode", "overwrite");
    Claim claim = claim(d, "viewed");
    assertEquals(Promotion.PROMOTED, show(d, claim, "s1", 0, 4));
    warehouse.execute("CREATE VIEW on_viewed AS SELECT id, name FROM viewed");
    warehouse.execute("CREATE ROLE viewer");
    warehouse.execute("GRANT SELECT ON viewed TO viewer");
    assertEquals(Promotion.PROMOTED, show(d, claim, "s2", 4, 7));
    assertEquals("3|s2|s2", warehouse.one("SELECT count(*), min(name), max(name) FROM on_viewed"));
    assertEquals("t", warehouse.one("SELECT has_table_privilege('viewer', 'viewed', 'SELECT')"));
  }

  /** Without a list of columns COPY would expect values for them. */
  @Test
  void columnsThatTheRecordsLackGetTheirDefaults() {
    warehouse.execute(
        "CREATE TABLE defaulted (source VARCHAR(10) DEFAULT 'kafka' NOT NULL, name VARCHAR(50),"
            + " id BIGINT, loaded TIMESTAMP DEFAULT '2026-11-21 00:00:00')");
    warehouse.execute("GRANT ALL ON defaulted TO PUBLIC");
    Destination d = warehouse.destination("defaulted");
    Claim claim = claim(d, "defaulted");
    assertEquals(
        List.of(new Committed(2)), d.commit(List.of(range(d, claim, table("defaulted"), 0, 2))));
    assertEquals(
        List.of("kafka|row 0|0|2026-11-21 00:00:00", "kafka|row 1|1|2026-11-21 00:00:00"),
        warehouse.rows("SELECT * FROM defaulted ORDER BY id"));
  }

  /** All names are sent in lower case and in quotes, so the setting makes no difference. */
  @Test
  void aDatabaseWithCaseSensitiveNamesIsWrittenLikeAnyOther() throws Exception {
    try (Warehouse sensitive = new Warehouse(RedshiftSettings.builder().caseSensitive(true))) {
      Schema mixed =
          SchemaBuilder.struct()
              .field("ID", Schema.INT64_SCHEMA)
              .field("Order Date", Schema.OPTIONAL_STRING_SCHEMA)
              .build();
      Destination d = sensitive.destination("Sensitive");
      Claim claim = claim(d, "Orders");
      for (int flush = 0; flush < 2; flush++) {
        TableBatch batch = d.newBatch(claim, flush, table("Orders"), Optional.empty());
        Struct value = new Struct(mixed).put("ID", (long) flush).put("Order Date", "today");
        batch.add(row(claim.partition(), flush, value));
        assertEquals(
            List.of(new Committed(flush + 1)),
            d.commit(List.of(Warehouse.range(claim, flush, flush + 1, batch))));
      }
      assertEquals(
          List.of("0|today", "1|today"),
          sensitive.rows("SELECT id, \"order date\" FROM orders ORDER BY id"));
    }
  }
}
