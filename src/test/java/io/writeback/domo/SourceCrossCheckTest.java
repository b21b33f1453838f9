package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.CsvDialect.FormulaGuard;
import io.writeback.standin.domo.CsvDialect.NullText;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.PdpPolicy;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.Pass;
import io.writeback.standin.domo.rows.RandomRows;
import io.writeback.standin.domo.rows.RowSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a version must agree with before it counts: metadata, queries, policies. */
class SourceCrossCheckTest extends SourceScenario {
  /** domo-python-sdk issue 58, with a service that does not care what it is asked. */
  @Test
  void aFormulaGuardThatCannotBeDeclinedHoldsTheDataSet() throws Exception {
    String[] cells = new String[300];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = i == 170 ? "-" : "plain " + i;
    }
    RowSource rows = text(cells);
    DomoDataSet guarded = add("guarded", rows);
    guarded.dialect(CsvDialect.documented().withFormulaGuard(FormulaGuard.ALWAYS));
    DomoDataSet other = add("other", NATION);
    try (SourceRun run =
        run(guarded, other)
            .with("domo.batch.max.rows", "1000")
            .with("domo.verify.sample.rows", "1")) {
      run.start();
      assertEquals(other.id(), run.manifest(1).dataset());
      run.until("attempts", () -> exports(guarded) >= 3);
      assertEquals(1, run.manifests().size(), "one row in 300, which no sample needs to hold");
      guarded.dialect(CsvDialect.documented());
      assertIs(run, run.manifest(2), rows);
    }
  }

  @Test
  void cellsThatTheExportChangesHoldTheDataSetUnlessTheyAreTakenAsTheyAre() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    domo.faults()
        .always(DomoRequest.on(Route.EXPORT), new DomoFault.SpoilColumn("comment", 3, "spoiled"));
    try (SourceRun run = run(nation).start()) {
      run.until("attempts", () -> exports(nation) >= 3);
      assertEquals(0, run.manifests().size());
      run.stop();
      run.with("domo.verify.sample.rows", "0").start();
      assertEquals(25, run.manifest(1).rows());
    }
  }

  /** Text that looks escaped and is not. */
  @Test
  void quotesThatAreTheDataGoThrough() throws Exception {
    RowSource rows = text("'-", "-", "'=1+1", "''+x", "it's");
    DomoDataSet quotes = add("quotes", rows);
    quotes.dialect(CsvDialect.documented().withFormulaGuard(FormulaGuard.NEVER));
    try (SourceRun run = run(quotes).start()) {
      assertIs(run, run.manifest(1), rows);
      assertEquals(1, exports(quotes));
    }
  }

  /** Every type, nulls, extremes; queries with and without nulls of their own. */
  @Test
  void nothingThatAgreesIsRefused() throws Exception {
    for (int seed = 1; seed <= 6; seed++) {
      RowSource rows = RandomRows.of(seed, 400);
      DomoDataSet random = add("random" + seed, rows);
      random.dialect(
          CsvDialect.documented()
              .withQuoting(CsvDialect.Quoting.values()[seed % 3])
              .withFormulaGuard(FormulaGuard.NEVER));
      random.queryNullsAsEmpty(seed % 2 == 0);
      try (SourceRun run =
          run(random)
              .with("domo.verify.sample.rows", "300")
              .with("domo.decimal.handling", "string")
              .with("domo.batch.max.rows", "1000")
              .start()) {
        assertEquals(rows.rowCount(), run.manifest(1).rows());
        assertEquals(1, exports(random), "seed " + seed);
      }
    }
  }

  /** Domo's own example: the type says DOUBLE, the value is 410. */
  @Test
  void aTypeThatOnlyTheQueryTellsIsNoDifference() throws Exception {
    RowSource rows =
        ListRows.of(
            List.of(new Column("_BATCH_ID_", DomoType.LONG), new Column("v", DomoType.STRING)),
            new String[] {"410", "a"},
            new String[] {null, ""});
    DomoDataSet batch = add("batch", rows);
    domo.faults()
        .always(
            DomoRequest.on(Route.QUERY), new DomoFault.TypeChanged("_BATCH_ID_", DomoType.DOUBLE));
    try (SourceRun run = run(batch).start()) {
      assertIs(run, run.manifest(1), rows);
      assertEquals(1, exports(batch));
    }
  }

  @Test
  void anUndeclaredNullTextIsFoundAndADeclaredOneIsNull() throws Exception {
    RowSource rows = text("a", null, "b");
    DomoDataSet nulls = add("nulls", rows);
    nulls.dialect(CsvDialect.documented().withNullText(NullText.BACKSLASH_N));
    try (SourceRun run = run(nulls).start()) {
      run.until("attempts", () -> exports(nulls) >= 2);
      assertEquals(0, run.manifests().size());
      run.stop();
      run.with("domo.null.text", "\\N").start();
      assertIs(run, run.manifest(1), rows);
    }
  }

  @Test
  void aQueryThatDomoRefusesIsNoObjection() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    domo.faults()
        .always(
            r -> r.route() == Route.QUERY && r.body().contains("LIMIT"),
            new DomoFault.Answer(
                400,
                Map.of("Content-Type", "application/json"),
                "{\"status\":400,\"message\":\"no\"}"));
    try (SourceRun run = run(nation).start()) {
      assertIs(run, run.manifest(1), NATION);
    }
  }

  /** Research §0.9: metadata first, data up to 15 minutes later. */
  @Test
  void nothingIsDownloadedBeforeQueriesCountWhatTheMetadataSays() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).with("domo.settle.max.ms", "600000").start()) {
      run.manifest(1);
      nation.lag(Duration.ofMinutes(10));
      nation.publish(NATION_2, Action.REPLACE);
      long before = queries();
      run.until("looks at the count", () -> queries() >= before + 3);
      assertEquals(1, exports(nation));
      domo.clock().advance(Duration.ofMinutes(10));
      assertIs(run, run.manifest(2), NATION_2);
      assertEquals(2, exports(nation));
    }
  }

  @Test
  void metadataThatNeverFollowsCanBeLeftOut() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    nation.lag(Duration.ofDays(365));
    nation.publish(NATION_2, Action.REPLACE);
    try (SourceRun run = run(nation).start()) {
      run.until("looks", () -> queries() >= 3);
      assertEquals(0, exports(nation));
      run.stop();
      run.with("domo.verify.metadata.rows", "false").start();
      assertIs(run, run.manifest(1), NATION);
    }
  }

  @Test
  void whatAPolicyShowsIsTheVersionAndAnotherPolicyIsAnother() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    nation.policy(region("1"));
    try (SourceRun run = run(nation).start()) {
      assertIs(run, run.manifest(1), visible("1"));
      nation.policy(region("2"));
      assertIs(run, run.manifest(2), visible("2"));
      nation.policy(null);
      assertIs(run, run.manifest(3), NATION);
    }
  }

  @Test
  void hiddenRowsHoldTheDataSetOnRequest() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    nation.policy(region("1"));
    DomoDataSet other = add("other", text("a"));
    other.policy(new PdpPolicy("all", "a", Set.of("a")));
    try (SourceRun run = run(nation, other).with("domo.pdp", "hold").start()) {
      assertEquals(other.id(), run.manifest(1).dataset(), "its policy hides nothing");
      run.until("looks", () -> queries() >= 6);
      assertEquals(0, exports(nation), "nothing is read");
      nation.policy(null);
      assertIs(run, run.manifest(2), NATION);
    }
  }

  /** Between each two calls of an attempt. */
  @Test
  void aPolicyThatIsSwitchedBetweenCallsNeverGivesAMixture() throws Exception {
    int number = 0;
    for (Route route : new Route[] {Route.QUERY, Route.EXPORT, Route.DATASET}) {
      for (int skip = 0; skip < (route == Route.EXPORT ? 1 : 3); skip++) {
        DomoDataSet nation = add("nation" + number++, NATION);
        nation.policy(region("1"));
        domo.faults()
            .arm(
                DomoRequest.on(route, nation.id()),
                skip,
                1,
                new DomoFault.SwitchPolicy(region("2")));
        try (SourceRun run = run(nation).start()) {
          run.until(
              "what is visible now",
              () -> run.manifests().stream().anyMatch(m -> is(run, m.snapshot(), visible("2"))));
          run.manifests()
              .forEach(
                  m ->
                      assertTrue(
                          is(run, m.snapshot(), visible("1"))
                              || is(run, m.snapshot(), visible("2")),
                          m.toString()));
        }
      }
    }
  }

  @Test
  void aDataSetThatAlwaysChangesIsHeldAsUnstableAndSentWhenItRests() throws Exception {
    DomoDataSet restless = add("restless", NATION);
    DomoDataSet other = add("other", text("a"));
    domo.faults()
        .always(
            DomoRequest.on(Route.EXPORT, restless.id()),
            new DomoFault.During(3, restless::publishNext));
    try (SourceRun run = run(restless, other).with("domo.unstable.max.attempts", "2").start()) {
      assertEquals(other.id(), run.manifest(1).dataset());
      run.until("attempts", () -> exports(restless) >= 4);
      assertEquals(1, run.manifests().size());
      domo.faults().clear();
      assertEquals(restless.id(), run.manifest(2).dataset());
    }
  }

  /** The kind of the token changes, the content does not. */
  @Test
  void turningTheDeveloperTokenOnAndOffSendsNothingAgain() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run = run(nation).start()) {
      run.manifest(1);
      run.stop();
      run.with("domo.instance.url", domo.endpoint().toString())
          .with("domo.developer.token", "developer-token")
          .start();
      run.until("a look at the content", () -> exports(nation) == 2);
      for (int i = 0; i < 3; i++) {
        run.round();
      }
      assertEquals(1, run.manifests().size());
      assertEquals(2, exports(nation), "settled");
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
      run.stop();
      run.with("domo.instance.url", "").with("domo.developer.token", "").start();
      run.until("a look at the content", () -> exports(nation) == 4);
      for (int i = 0; i < 3; i++) {
        run.round();
      }
      assertEquals(2, run.manifests().size());
      assertEquals(4, exports(nation), "settled");
    }
  }

  @Test
  void withADeveloperTokenEveryVersionIsSentAndNoEditIsRead() throws Exception {
    DomoDataSet nation = add("nation", NATION);
    try (SourceRun run =
        run(nation)
            .with("domo.instance.url", domo.endpoint().toString())
            .with("domo.developer.token", "developer-token")
            .start()) {
      assertIs(run, run.manifest(1), NATION);
      nation.describe("edited");
      nation.publish(NATION_2, Action.REPLACE);
      assertIs(run, run.manifest(2), NATION_2);
      nation.describe("edited again");
      long before = domo.log().requests(Route.VERSIONS).size();
      run.until("looks", () -> domo.log().requests(Route.VERSIONS).size() >= before + 2);
      assertEquals(2, exports(nation));
    }
  }

  private long exports(DomoDataSet dataSet) {
    return domo.log().count(DomoRequest.on(Route.EXPORT, dataSet.id()));
  }

  private long queries() {
    return domo.log().requests(Route.QUERY).size();
  }

  private static PdpPolicy region(String key) {
    return new PdpPolicy("region " + key, "regionkey", Set.of(key));
  }

  private static RowSource visible(String region) {
    List<String[]> rows = new ArrayList<>();
    int column = NATION.indexOf("regionkey");
    Pass.over(
        NATION,
        row -> {
          if (row[column].equals(region)) {
            rows.add(row.clone());
          }
        });
    return ListRows.of(NATION.columns(), rows.toArray(new String[0][]));
  }

  private static boolean is(SourceRun run, String snapshot, RowSource expected) {
    List<String> rows = Rendered.rows(expected);
    List<String> numbered = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      numbered.add(i + 1 + ":" + rows.get(i));
    }
    return run.rows(snapshot).equals(numbered);
  }
}
