package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** SQL of the user after commits and snapshots, and views, through the real client. */
class UserSqlTest extends BigQueryScenario {
  private static final String COUNT =
      "INSERT INTO sales.runs (n) SELECT COUNT(*) FROM {table} WHERE id >= 0";

  @BeforeEach
  void tables() {
    rig().queries.execute(SqlStatement.of("CREATE TABLE sales.runs (n INT64)"));
  }

  private static final Map<String, String> CONFIG =
      Map.of("topics", "orders,domo.snapshots", "bigquery.sql.attempts", "2");

  private BigQueryRig rig(String... changes) {
    return rig(CONFIG, changes);
  }

  private List<String> runs() {
    return rig().queries.rows(SqlStatement.of("SELECT n FROM sales.runs ORDER BY n")).stream()
        .map(row -> row.text("n"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "load_job,exactly_once",
    "storage_write,exactly_once",
    "storage_write,at_least_once",
    "insert_all,at_least_once"
  })
  void statementsRunOnceAfterEachCommit(String method, String guarantee) {
    BigQueryRig rig =
        rig(
            "bigquery.sql.after.commit", COUNT,
            "bigquery.write.method", method,
            "delivery.guarantee", guarantee);
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a", "b"));
    assertEquals(List.of("2"), runs());
    rig.commit(rig.range(claim, 2, new String[] {null}));
    assertEquals(List.of("2"), runs(), "a commit without rows");
    rig.commit(rig.range(claim, 3, "c"));
    assertEquals(List.of("2", "3"), runs());
  }

  @Test
  void aCommitThatIsAskedForAgainRunsNothingAgain() {
    BigQueryRig rig = rig("bigquery.sql.after.commit", COUNT);
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    assertEquals(new Committed(1), rig.commit(rig.range(claim, 0, "a")));
    assertEquals(List.of("1"), runs());
  }

  @Test
  void whatFailsInPassingIsTriedAgain() {
    standIn
        .faults()
        .once(
            call -> call.is("job.effect") && call.toString().contains("sales.runs (n) SELECT"),
            new BigQueryFault.JobFails("backendError", "try again"));
    BigQueryRig rig = rig("bigquery.sql.after.commit", COUNT);
    rig.commit(rig.range(rig.claim(), 0, "a"));
    assertEquals(1, standIn.faults().fired());
    assertEquals(List.of("1"), runs());
  }

  @Test
  void aFailureNeitherLosesNorDoublesRowsAndStopsTheTaskBeforeItsNextCommit() {
    BigQueryRig rig = rig("bigquery.sql.after.commit", "INSERT INTO sales.nowhere (n) VALUES (1)");
    Claim claim = rig.claim();
    assertEquals(new Committed(1), rig.commit(rig.range(claim, 0, "a")));
    FaultException stopped =
        assertThrows(FaultException.class, () -> rig.commit(rig.range(claim, 1, "b")));
    assertEquals(Fault.FATAL, stopped.fault());
    assertTrue(stopped.getMessage().contains("bigquery.sql.after.commit"), stopped.getMessage());
    assertEquals(List.of("0"), rig.ids());
    BigQueryRig repaired = rig("bigquery.sql.after.commit", COUNT);
    Claim again = repaired.claim();
    assertEquals(1, again.position().getAsLong());
    repaired.commit(repaired.range(again, 1, "b"));
    assertEquals(List.of("2"), runs());
  }

  @Test
  void warnGoesOn() {
    BigQueryRig rig =
        rig(
            "bigquery.sql.after.commit", "SELECT 1/",
            "bigquery.sql.failure", "warn");
    Claim claim = rig.claim();
    rig.commit(rig.range(claim, 0, "a"));
    assertEquals(new Committed(2), rig.commit(rig.range(claim, 1, "b")));
    assertEquals(List.of("0", "1"), rig.ids());
  }

  @Test
  void aStatementThatWouldBeBilledMoreIsRefused() {
    BigQueryRig rig =
        rig(
            "bigquery.sql.after.commit", COUNT,
            "bigquery.sql.max.bytes.billed", "1",
            "bigquery.sql.failure", "warn");
    rig.commit(rig.range(rig.claim(), 0, "a"));
    assertEquals(List.of(), runs());
    assertEquals(List.of("0"), rig.ids());
  }

  @ParameterizedTest
  @CsvSource({"overwrite,orders", "create,orders_1"})
  void aSnapshotRunsItsStatementsOnceWhoeverPromotesIt(String mode, String table) {
    String[] changes = {
      "write.mode",
      mode,
      "bigquery.sql.after.snapshot",
      COUNT,
      "table.create.format",
      "{table}_{counter}"
    };
    BigQueryRig rig = rig(changes);
    rig.commit(rig.staged(rig.claim(), "s1", 0, 1, 2, 3));
    RegisteredManifest manifest = manifest("s1", 10, 3);
    rig.register(manifest);
    SnapshotStore store = rig.destination.snapshots();
    // The process dies between the promotion and its statements.
    BigQueryRig without = rig("write.mode", mode, "table.create.format", "{table}_{counter}");
    assertEquals(
        Promotion.PROMOTED,
        without.destination.snapshots().promote(manifest, store.staged(manifest)));
    assertEquals(List.of(), runs());
    assertEquals(Promotion.ALREADY, store.promote(manifest, store.staged(manifest)));
    assertEquals(List.of("3"), runs());
    SnapshotStore other = rig(changes).destination.snapshots();
    assertEquals(Promotion.ALREADY, other.promote(manifest, other.staged(manifest)));
    assertEquals(List.of("3"), runs());
    assertEquals(List.of("1", "2", "3"), rig.column("id", new Target(DATASET, table)));
  }

  @Test
  void viewsAreMadeWhenTheirTablesAreThereAndFollowTheConfiguration() {
    BigQueryRig rig =
        rig(
            "bigquery.views", "open",
            "bigquery.view.open.sql", "SELECT id FROM {table:orders}",
            "bigquery.view.open.description", "Open orders");
    Claim claim = rig.claim();
    Target view = new Target(DATASET, "open");
    assertTrue(rig.tables.find(view).isEmpty());
    rig.commit(rig.range(claim, 0, "a"));
    BigQueryRig next =
        rig(
            "bigquery.views", "open",
            "bigquery.view.open.sql", "SELECT id FROM {table:orders}",
            "bigquery.view.open.description", "Open orders");
    next.claim();
    var made = next.tables.find(view).orElseThrow();
    assertEquals("Open orders", made.getDescription());
    assertEquals(
        "SELECT id FROM `" + standIn.project() + ".sales.orders`", made.getView().getQuery());
    next.claim();
    assertEquals(made.getEtag(), next.tables.find(view).orElseThrow().getEtag());
    BigQueryRig changed =
        rig(
            "bigquery.views", "open",
            "bigquery.view.open.sql", "SELECT id, note FROM {table:orders}");
    changed.claim();
    assertEquals(List.of("a"), changed.column("note", view));
  }

  @Test
  void aViewThatSomebodyElseHasMadeIsLeftAlone() {
    BigQueryRig rig = rig("bigquery.views", "mine", "bigquery.view.mine.sql", "SELECT 2 AS id");
    rig.queries.execute(SqlStatement.of("CREATE VIEW sales.mine AS SELECT 1 AS id"));
    rig.claim();
    assertEquals(List.of("1"), rig.column("id", new Target(DATASET, "mine")));
    assertTrue(
        errors("bigquery.views", "mine", "bigquery.view.mine.sql", "SELECT 2 AS id")
            .get("bigquery.views")
            .get(0)
            .contains("not made by this connector"));
  }

  private Map<String, List<String>> errors(String... changes) {
    Map<String, String> config = BigQueryRig.config(standIn, with(CONFIG, changes));
    config.put("validation.connect", "true");
    config.remove("topics");
    config.put("topics", "orders");
    return new BigQuerySinkConnector()
        .validate(config).configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .collect(Collectors.toMap(ConfigValue::name, ConfigValue::errorMessages));
  }

  @Test
  void validationChecksStatementsByDryRuns() {
    BigQueryRig rig = rig();
    rig.commit(rig.range(rig.claim(), 0, "a"));
    assertEquals(Map.of(), errors("bigquery.sql.after.commit", COUNT));
    assertEquals(Map.of(), errors("bigquery.sql.after.commit", "SELECT id FROM sales.comes_later"));
    assertEquals(
        List.of("bigquery.sql.after.commit"),
        List.copyOf(errors("bigquery.sql.after.commit", "SELECT wrong FROM {table}").keySet()));
    assertEquals(
        List.of("bigquery.view.v.sql"),
        List.copyOf(
            errors("bigquery.views", "v", "bigquery.view.v.sql", "SELECT wrong FROM {table:orders}")
                .keySet()));
    assertEquals(
        List.of("bigquery.sql.max.bytes.billed"),
        List.copyOf(
            errors("bigquery.sql.after.commit", COUNT, "bigquery.sql.max.bytes.billed", "1")
                .keySet()));
    assertEquals(
        List.of("bigquery.view.v.sql", "bigquery.view.w.sql"),
        errors("bigquery.views", "v", "bigquery.view.w.sql", "SELECT 1").keySet().stream()
            .sorted()
            .toList());
    assertEquals(List.of(), runs(), "a dry run changes nothing");
  }

  @Test
  void namesInAViewAreQuoted() {
    assertEquals(
        "SELECT * FROM `p.d.a b` JOIN `p.x.y`",
        Views.query(new BigQuerySql("p"), "d", "SELECT * FROM {table:a b} JOIN {table:x.y}"));
  }
}
