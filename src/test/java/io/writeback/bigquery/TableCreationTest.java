package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.catalog.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables are made as configured, by every write method and in every write mode. */
class TableCreationTest extends BigQueryScenario {
  private static final String KEY = "projects/p/locations/us/keyRings/r/cryptoKeys/k";
  private static final Map<String, String> DESIGN =
      Map.of(
          "bigquery.table.partition", "range(id,0,1000,100)",
          "bigquery.table.partition.filter", "true",
          "bigquery.table.cluster", "note,id",
          "bigquery.table.primary.key", "id",
          "bigquery.table.labels", "team:sales",
          "bigquery.table.description", "All orders",
          "bigquery.table.expiration.ms", "864000000",
          "bigquery.table.kms.key", KEY);

  private BigQueryRig rigOf(Map<String, String> design, String... more) {
    return rig(with(design, "topics", "orders,domo.snapshots"), more);
  }

  private static Promotion promote(BigQueryRig rig, String snapshot, long offset, int rows) {
    Claim claim = rig.claim();
    int[] ordinals = new int[rows];
    for (int i = 0; i < rows; i++) {
      ordinals[i] = i + 1;
    }
    rig.commit(rig.staged(claim, snapshot, claim.position().orElse(0), ordinals));
    RegisteredManifest manifest = manifest(snapshot, offset, rows);
    rig.register(manifest);
    SnapshotStore store = rig.destination.snapshots();
    return store.promote(manifest, store.staged(manifest));
  }

  private static void isAsDesigned(BigQueryRig rig, Target target) {
    Table table = rig.tables.find(target).orElseThrow();
    assertEquals("range(id,0,1000,100)", TablePartitioning.of(table).orElseThrow().toString());
    assertTrue(table.getRequirePartitionFilter());
    assertEquals(List.of("note", "id"), table.getClustering().getFields());
    assertEquals(List.of("id"), table.getTableConstraints().getPrimaryKey().getColumns());
    assertEquals("sales", table.getLabels().get("team"));
    assertEquals(ChainIds.hash("c"), table.getLabels().get("writeback-delivery"));
    assertEquals("All orders", table.getDescription());
    assertTrue(table.getExpirationTime() > table.getCreationTime());
    assertEquals(KEY, table.getEncryptionConfiguration().getKmsKeyName());
  }

  private static List<String> ids(BigQueryRig rig, Target target) {
    return rig
        .queries
        .rows(
            SqlStatement.of(
                "SELECT id FROM `sales." + target.table() + "` WHERE id >= 0 ORDER BY id"))
        .stream()
        .map(row -> row.text("id"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "load_job,exactly_once",
    "storage_write,exactly_once",
    "storage_write,at_least_once",
    "insert_all,at_least_once"
  })
  void appendMakesItsTableAsDesigned(String method, String guarantee) {
    BigQueryRig rig =
        rigOf(DESIGN, "bigquery.write.method", method, "delivery.guarantee", guarantee);
    rig.commit(rig.range(rig.claim(), 0, "a", "b"));
    isAsDesigned(rig, ORDERS);
    assertEquals(List.of("0", "1"), ids(rig, ORDERS));
  }

  @Test
  void aStreamingSuccessorReadsATableThatWantsAPartitionNamed() {
    Map<String, String> streaming = new HashMap<>(DESIGN);
    streaming.put("bigquery.write.method", "storage_write");
    streaming.put("bigquery.mark.interval.ms", "3600000");
    BigQueryRig dead = rigOf(streaming);
    dead.commit(dead.range(dead.claim(), 0, "a", "b"));
    BigQueryRig next = rigOf(streaming);
    next.commit(next.range(next.claim(), 0, "a", "b", "c"));
    assertEquals(List.of("0", "1", "2"), ids(next, ORDERS));
  }

  @ParameterizedTest
  @CsvSource({"hour", "day", "month", "year"})
  void aStreamingSuccessorFindsRowsOfEveryIngestionTimePartition(String unit) {
    Map<String, String> streaming = new HashMap<>();
    streaming.put("bigquery.table.partition", unit);
    streaming.put("bigquery.write.method", "storage_write");
    streaming.put("bigquery.mark.interval.ms", "3600000");
    BigQueryRig dead = rigOf(streaming);
    dead.commit(dead.range(dead.claim(), 0, "a", "b"));
    standIn.drainStreamingBuffer(new TableId(standIn.project(), DATASET, ORDERS.table()));
    BigQueryRig next = rigOf(streaming);
    next.commit(next.range(next.claim(), 0, "a", "b", "c"));
    assertEquals(List.of("0", "1", "2"), next.ids());
  }

  @Test
  void overwriteMakesItsTableAsDesignedAndKeepsItSo() {
    BigQueryRig rig = rigOf(DESIGN, "write.mode", "overwrite");
    assertEquals(Promotion.PROMOTED, promote(rig, "s1", 10, 3));
    isAsDesigned(rig, ORDERS);
    Table before = rig.tables.find(ORDERS).orElseThrow();
    assertEquals(Promotion.PROMOTED, promote(rig, "s2", 11, 2));
    isAsDesigned(rig, ORDERS);
    assertEquals(before.getCreationTime(), rig.tables.find(ORDERS).orElseThrow().getCreationTime());
    assertEquals(List.of("1", "2"), ids(rig, ORDERS));
  }

  @Test
  void createMakesEachTableAsDesigned() {
    BigQueryRig rig = rigOf(DESIGN, "write.mode", "create");
    assertEquals(Promotion.PROMOTED, promote(rig, "s1", 10, 3));
    isAsDesigned(rig, new Target(DATASET, "orders_1"));
    RegisteredManifest empty = manifest("s2", 11, 0);
    rig.register(empty);
    assertEquals(
        Promotion.PROMOTED,
        rig.destination.snapshots().promote(empty, rig.destination.snapshots().staged(empty)));
    isAsDesigned(rig, new Target(DATASET, "orders_2"));
    assertEquals(List.of("1", "2", "3"), ids(rig, new Target(DATASET, "orders_1")));
  }

  @Test
  void stagingAndBooksAreEncryptedTooAndNothingElseOfTheDesign() {
    BigQueryRig rig = rigOf(DESIGN, "write.mode", "overwrite");
    Claim claim = rig.claim();
    rig.commit(rig.staged(claim, "s1", 0, 1));
    RegisteredManifest manifest = manifest("s1", 10, 1);
    rig.destination.snapshots().promote(manifest, rig.destination.snapshots().staged(manifest));
    for (Target own :
        List.of(
            StagingTables.of(ORDERS, "s1"),
            SinkTables.control(ORDERS),
            new Target(DATASET, "__wb_ledger"))) {
      Table table = rig.tables.find(own).orElseThrow();
      assertEquals(KEY, table.getEncryptionConfiguration().getKmsKeyName(), own.toString());
      assertNull(table.getRangePartitioning(), own.toString());
      assertNull(table.getDescription(), own.toString());
    }
  }

  @Test
  void anExistingTableWithOtherPartitionsIsWrittenToAsItIs() {
    BigQueryRig rig = rigOf(DESIGN);
    rig.queries.execute(
        SqlStatement.of(
            "CREATE TABLE sales.orders (id INT64, note STRING) PARTITION BY RANGE_BUCKET(id,"
                + " GENERATE_ARRAY(0, 10, 1)) CLUSTER BY id OPTIONS (description = 'mine')"));
    rig.commit(rig.range(rig.claim(), 0, "a"));
    Table table = rig.tables.find(ORDERS).orElseThrow();
    assertEquals("range(id,0,10,1)", TablePartitioning.of(table).orElseThrow().toString());
    assertEquals(List.of("id"), table.getClustering().getFields());
    assertEquals("mine", table.getDescription());
    assertEquals(List.of("0"), rig.ids());
  }

  @Test
  void whatTheDeliveryHasMadeFollowsTheConfiguration() {
    BigQueryRig first = rigOf(Map.of("bigquery.table.partition", "day"));
    first.commit(first.range(first.claim(), 0, "a"));
    BigQueryRig changed =
        rigOf(
            Map.of(
                "bigquery.table.partition", "day",
                "bigquery.table.partition.expiration.ms", "86400000000",
                "bigquery.table.labels", "team:b",
                "bigquery.table.description", "New words",
                "bigquery.table.expiration.ms", "864000000"));
    Claim claim = changed.claim();
    changed.commit(changed.range(claim, 1, "b"));
    Table table = changed.tables.find(ORDERS).orElseThrow();
    assertEquals("New words", table.getDescription());
    assertEquals("b", table.getLabels().get("team"));
    assertEquals(86_400_000_000L, table.getTimePartitioning().getExpirationMs());
    assertEquals(table.getCreationTime() + 864_000_000L, table.getExpirationTime());
    String etag = table.getEtag();
    changed.commit(changed.range(claim, 2, "c"));
    assertEquals(etag, changed.tables.find(ORDERS).orElseThrow().getEtag());
  }

  @Test
  void aRequiredColumnIsRelaxedOnlyIfAsked() {
    BigQueryRig keep = rigOf(Map.of());
    keep.queries.execute(
        SqlStatement.of("CREATE TABLE sales.orders (id INT64 NOT NULL, extra STRING NOT NULL)"));
    keep.tables.ensure(ORDERS, List.of(new TableFieldSchema().setName("id").setType("INTEGER")));
    assertEquals("REQUIRED", keep.tables.columns(ORDERS).orElseThrow().get(0).getMode());
    BigQueryRig relax = rigOf(Map.of("bigquery.required.columns", "relax"));
    relax.commit(relax.range(relax.claim(), 0, "a"));
    relax
        .tables
        .columns(ORDERS)
        .orElseThrow()
        .forEach(column -> assertEquals("NULLABLE", column.getMode(), column.getName()));
    assertEquals(List.of("0"), relax.ids());
  }

  @ParameterizedTest
  @CsvSource({"load_job,append", "storage_write,append", "load_job,upsert"})
  void aTypeThatAColumnCannotHoldStopsEverythingIfAsked(String method, String mode) {
    BigQueryRig rig =
        rigOf(
            Map.of("bigquery.type.change", "fail"),
            "bigquery.write.method",
            method,
            "write.mode",
            mode,
            "upsert.key",
            "record_value",
            "upsert.key.fields",
            "id");
    rig.queries.execute(
        SqlStatement.of(
            "CREATE TABLE sales.orders (id INT64, note INT64, __kafka_topic STRING,"
                + " __kafka_partition INT64, __kafka_offset INT64, __kafka_generation INT64)"));
    FaultException refused =
        assertThrows(FaultException.class, () -> rig.commit(rig.range(rig.claim(), 0, "7")));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(
        refused.getMessage().contains("note is INTEGER, the records have STRING"),
        refused.getMessage());
    assertEquals(List.of(), rig.ids());
  }

  @Test
  void aSnapshotOfOtherTypesIsNotShownAndTheOldOneStays() {
    BigQueryRig rig = rigOf(Map.of(), "write.mode", "overwrite");
    rig.queries.execute(SqlStatement.of("CREATE TABLE sales.orders (id INT64, note INT64)"));
    rig.queries.execute(SqlStatement.of("INSERT INTO sales.orders (id) VALUES (99)"));
    FaultException refused = assertThrows(FaultException.class, () -> promote(rig, "s1", 10, 2));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("bigquery.type.change"), refused.getMessage());
    assertEquals(List.of("99"), rig.ids());
  }
}
