package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.sink.Claim;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * SQL of the user has the id of the point that it follows: one run for each, and one only. The
 * statements are the same everywhere, so that nothing else tells their jobs apart.
 */
class UserSqlPointsTest extends BigQueryScenario {
  private static final String RUN = "INSERT INTO sales.runs (n) VALUES (1)";
  private static final Map<String, String> CONFIG =
      Map.of("topics", "orders,domo.snapshots", "bigquery.sql.attempts", "2");

  @BeforeEach
  void runs() {
    rig().queries.execute(SqlStatement.of("CREATE TABLE sales.runs (n INT64)"));
  }

  private BigQueryRig rig(String... changes) {
    return rig(CONFIG, changes);
  }

  private void ran(int times) {
    assertEquals(
        times,
        rig()
            .queries
            .rows(SqlStatement.of("SELECT COUNT(*) AS n FROM sales.runs"))
            .get(0)
            .number("n"));
  }

  @Test
  void positionsTablesPartitionsDeliveriesAndGenerationsArePointsOfTheirOwn() {
    String[] hook = {"bigquery.sql.after.commit", RUN};
    BigQueryRig rig = rig(hook);
    Claim claim = rig.claim();
    List<TableBatch> batches = new ArrayList<>(rig.range(claim, 0, "a").batches());
    batches.addAll(rig.range(claim, 1, new Target(DATASET, "others"), "b").batches());
    rig.commit(new PendingRange(claim, 0, 2, batches, Map.of(), List.of()));
    ran(2);
    rig.commit(rig.range(claim, 2, "c"));
    ran(3);
    Claim neighbour = rig.destination.claim(new TopicPartition("orders", 1), OptionalLong.empty());
    rig.commit(rig.range(neighbour, 0, notes(0, 2)));
    ran(4);
    BigQueryRig other = rig(hook[0], hook[1], "delivery.id", "other");
    other.commit(other.range(other.claim(), 0, notes(0, 2)));
    ran(5);
    BigQueryRig later = rig(hook[0], hook[1], "delivery.generation", "1");
    later.commit(later.range(later.claim(), 0, notes(0, 2)));
    ran(6);
  }

  @Test
  void eachSnapshotIsAPointOfItsOwnAndOneThatIsNotShownIsNone() {
    BigQueryRig rig = rig("write.mode", "overwrite", "bigquery.sql.after.snapshot", RUN);
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 0, 1));
    rig.commit(rig.staged(claim, "s2", 1, 1));
    rig.commit(rig.staged(claim, "s3", 2, 1));
    SnapshotStore store = rig.destination.snapshots();
    Staged one = new Staged(1, 0, Map.of(), Map.of());
    RegisteredManifest late = manifest("s2", 11, 1);
    assertEquals(Promotion.PROMOTED, store.promote(manifest("s1", 10, 1), one));
    ran(1);
    assertEquals(Promotion.PROMOTED, store.promote(manifest("s3", 12, 1), one));
    ran(2);
    assertEquals(Promotion.ALREADY, store.promote(late, one));
    ran(2);
    assertEquals("s3", store.control(ORDERS).orElseThrow().snapshot());
  }
}
