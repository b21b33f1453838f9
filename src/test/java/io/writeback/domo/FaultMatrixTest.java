package io.writeback.domo;

import static io.writeback.domo.FaultCase.harmless;
import static io.writeback.domo.FaultCase.held;
import static io.writeback.domo.FaultCase.paused;
import static io.writeback.domo.FaultCase.retried;
import static io.writeback.domo.SourceScenario.NATION;
import static io.writeback.domo.SourceScenario.NATION_2;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.FaultCase.Ending;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.CsvDialect.FormulaGuard;
import io.writeback.standin.domo.CsvDialect.NullText;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.PdpPolicy;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.SchemaShown;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.Pass;
import io.writeback.standin.domo.rows.RowSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that Domo is known to do wrong, through a whole source. The end is the right version,
 * or nothing and a warning that says why; never a wrong version.
 */
class FaultMatrixTest {
  private static final Predicate<DomoRequest> COUNT =
      DomoRequest.on(Route.QUERY).and(request -> request.body().contains("COUNT(*)"));
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
  private static final Map<String, String> CSV = Map.of("Content-Type", "text/csv");
  private static final List<Route> DATA_CALLS = List.of(Route.DATASET, Route.QUERY, Route.EXPORT);
  private static final PdpPolicy AMERICA = new PdpPolicy("America only", "regionkey", Set.of("1"));
  private static final RowSource SEEN_UNDER_POLICY = rows(row -> "1".equals(row[2]));
  private static final RowSource ONE_LESS = rows(row -> !"24".equals(row[0]));

  @TempDir Path spool;

  static Stream<FaultCase> matrix() {
    return Stream.of(answers(), outages(), transfers(), contents(), versions(), access())
        .flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrix")
  void theEndIsTheRightVersionOrAClearFailure(FaultCase fault) throws Exception {
    try (FaultScene scene = new FaultScene(spool);
        CapturedLog log = CapturedLog.open()) {
      fault.arm().accept(scene);
      SourceRun run = scene.run.start();
      if (fault.lasts()) {
        run.until(
            "\"" + fault.words() + "\" among " + log.warnings(),
            () -> scene.attempts() >= 3 && log.says(fault.words()));
        if (fault.ending() == Ending.HELD) {
          run.until("held", () -> run.metric("dataset-nation-state") == DatasetState.HELD.code());
        }
        assertEquals(List.of(), run.rows(), "nothing goes out meanwhile");
        assertEquals(List.of(), run.manifests());
        scene.cure();
      }
      SnapshotManifest manifest = run.manifest(1);
      SourceScenario.assertIs(run, manifest, scene.expected());
      assertEquals(Set.of(manifest.snapshot()), run.snapshots(), "nothing else went out");
      assertTrue(scene.allHappened(), "the fault was met");
      if (fault.ending() == Ending.HARMLESS) {
        assertEquals(List.of(), log.warnings());
      } else {
        assertTrue(log.says(fault.words()), log.warnings()::toString);
      }
    }
  }

  /** Each bad answer, once, to each call that a version takes. */
  private static List<FaultCase> answers() {
    List<FaultCase> cases = new ArrayList<>();
    for (Route route : List.of(Route.TOKEN, Route.DATASET, Route.QUERY, Route.EXPORT)) {
      String to = " to " + route;
      cases.add(retried("429" + to, "429", s -> s.once(route, DomoFault.tooManyRequests(null))));
      for (int status : new int[] {500, 502, 503, 504}) {
        cases.add(
            retried(
                status + " with a page" + to,
                "" + status,
                s -> s.once(route, DomoFault.page(status))));
      }
      cases.add(
          retried(
              "200 with a page" + to,
              route == Route.EXPORT ? "header line is not the schema" : "could not be read",
              s -> s.once(route, DomoFault.page(200))));
      cases.add(
          retried(
              "200 with nothing" + to,
              route == Route.EXPORT ? "rows were lost" : "could not be read",
              s ->
                  s.once(
                      route, new DomoFault.Answer(200, route == Route.EXPORT ? CSV : JSON, ""))));
      cases.add(retried("connection reset" + to, "failed", s -> s.once(route, DomoFault.reset())));
    }
    for (Route route : DATA_CALLS) {
      cases.add(
          harmless("401 to " + route, s -> s.once(route, new DomoFault.Answer(401, JSON, "{}"))));
      cases.add(
          harmless(
              "400 around a 403, once, to " + route, s -> s.once(route, DomoFault.wrapped403())));
    }
    return cases;
  }

  /** The same answers as long as somebody does something about them. */
  private static List<FaultCase> outages() {
    List<FaultCase> cases = new ArrayList<>();
    for (Route route : DATA_CALLS) {
      String to = ", lasting, to " + route;
      cases.add(held("503" + to, "503", s -> s.always(route, DomoFault.page(503))));
      cases.add(held("reset" + to, "failed", s -> s.always(route, DomoFault.reset())));
      cases.add(
          held(
              "400 around a 403" + to,
              "give the user of domo.client.id access",
              s -> s.always(route, DomoFault.wrapped403())));
      cases.add(
          held(
              "404" + to,
              "no such DataSet, or the user of domo.client.id cannot see it",
              s -> s.always(route, new DomoFault.Answer(404, JSON, "{\"status\":404}"))));
    }
    cases.add(
        paused(
            "refused credentials",
            "check domo.client.id and domo.client.secret",
            s -> s.always(Route.TOKEN, new DomoFault.Answer(401, JSON, "{}"))));
    return cases;
  }

  /** Bodies that do not come, come slowly, or end early. Every cut is in ExportFramingTest. */
  private static List<FaultCase> transfers() {
    return List.of(
        retried(
            "reset in mid-body", "failed", s -> s.once(Route.EXPORT, new DomoFault.Cut(300, true))),
        retried(
            "stall in mid-body", "took too long", s -> s.once(Route.EXPORT, DomoFault.stall(300))),
        retried(
            "stall before the body",
            "took too long",
            s -> s.once(Route.EXPORT, DomoFault.stall(0))),
        retried(
            "drip that would take hours",
            "took too long",
            s ->
                s.with("domo.download.timeout.ms", "500")
                    .once(Route.EXPORT, new DomoFault.Drip(1, Duration.ofMillis(60)))),
        harmless(
            "slow drip", s -> s.once(Route.EXPORT, new DomoFault.Drip(100, Duration.ofMillis(5)))),
        harmless(
            "token expired before the export, shown as a 406 page",
            s -> s.once(Route.EXPORT, new DomoFault.Before(s.domo::expireTokens))),
        harmless(
            "token expired in mid-body", s -> s.once(Route.EXPORT, new DomoFault.ExpireTokens(5))));
  }

  /** Bodies that come whole and are not the data. */
  private static List<FaultCase> contents() {
    return List.of(
        retried(
            "first rows lost",
            "rows were lost",
            s -> s.once(Route.EXPORT, DomoFault.dropRows(0, 2))),
        retried("rows lost", "rows were lost", s -> s.once(Route.EXPORT, DomoFault.dropRows(7, 3))),
        retried(
            "last row lost",
            "rows were lost",
            s -> s.once(Route.EXPORT, DomoFault.dropRows(24, 1))),
        held(
            "rows lost, always",
            "rows were lost",
            s -> s.always(Route.EXPORT, DomoFault.dropRows(7, 3))),
        retried(
            "row twice", "rows were lost", s -> s.once(Route.EXPORT, new DomoFault.RepeatRow(3))),
        retried(
            "cell of another type",
            "row 6, column nationkey of type LONG",
            s -> s.once(Route.EXPORT, new DomoFault.SpoilColumn("nationkey", 5, "x"))),
        retried(
            "cells changed, counts right",
            "rows that the query API shows are not in the export",
            s -> s.once(Route.EXPORT, new DomoFault.SpoilColumn("name", 5, "x"))),
        retried(
            "quote left open",
            "cannot be read",
            s -> s.once(Route.EXPORT, csv("nationkey,name,regionkey,comment\n0,\"ALGERIA,0,x\n"))),
        retried(
            "row with too few cells",
            "row 1 has 2 cells, expected 4",
            s -> s.once(Route.EXPORT, csv("nationkey,name,regionkey,comment\n0,ALGERIA\n"))),
        retried(
            "row with too many cells",
            "row 1 has 5 cells, expected 4",
            s -> s.once(Route.EXPORT, csv("nationkey,name,regionkey,comment\n0,ALGERIA,0,x,y\n"))),
        retried(
            "columns in another order",
            "header line is not the schema",
            s -> s.once(Route.EXPORT, csv("name,nationkey,regionkey,comment\nALGERIA,0,0,x\n"))),
        held(
            "formula guard on",
            "rows that the query API shows are not in the export",
            s -> {
              RowSource dashes = SourceScenario.text("-", "=1+1", "plain");
              s.nation.publish(dashes, Action.REPLACE);
              s.nation.dialect(CsvDialect.documented().withFormulaGuard(FormulaGuard.ALWAYS));
              s.expecting(dashes).curedBy(() -> s.nation.dialect(CsvDialect.documented()));
            }),
        held(
            "null as \\N, not configured",
            "see domo.null.text",
            s -> {
              RowSource nulls = SourceScenario.text("a", null, "b");
              s.nation.publish(nulls, Action.REPLACE);
              s.nation.dialect(CsvDialect.documented().withNullText(NullText.BACKSLASH_N));
              s.expecting(nulls).curedBy(() -> s.nation.dialect(CsvDialect.documented()));
            }));
  }

  /** The DataSet changes while it is looked at. */
  private static List<FaultCase> versions() {
    RowSource sameSize = rows(row -> true, row -> row[1] = row[1] + " new");
    return List.of(
        retried(
            "replaced in mid-body: torn read",
            "changed while it was read",
            s -> s.expecting(NATION_2).once(Route.EXPORT, DomoFault.tornRead(12, NATION_2))),
        retried(
            "replaced in mid-body: torn read of as many rows",
            "changed while it was read",
            s -> s.expecting(sameSize).once(Route.EXPORT, DomoFault.tornRead(12, sameSize))),
        retried(
            "replaced in mid-body, body goes on",
            "changed while it was read",
            s ->
                s.expecting(sameSize)
                    .once(
                        Route.EXPORT,
                        new DomoFault.During(5, () -> s.nation.publish(sameSize, Action.REPLACE)))),
        retried(
            "replaced between metadata and count",
            "changed while it was read",
            s -> publishing(s, sameSize, COUNT, 0)),
        retried(
            "replaced between export and count",
            "changed while it was read",
            s -> publishing(s, sameSize, COUNT, 1)),
        retried(
            "replaced before the last look at the metadata",
            "changed while it was read",
            s -> publishing(s, sameSize, DomoRequest.on(Route.DATASET), 1)),
        held(
            "replaced during every download",
            "changed while it was read",
            s ->
                s.with("domo.unstable.max.attempts", "3")
                    .curedBy(() -> s.nation.publish(NATION, Action.REPLACE))
                    .always(Route.EXPORT, new DomoFault.Before(s.nation::publishNext))),
        held(
            "metadata before data",
            "the data is not queryable yet",
            s -> {
              s.nation.lag(Duration.ofMinutes(10));
              s.nation.publish(ONE_LESS, Action.REPLACE);
              s.expecting(ONE_LESS).curedBy(() -> s.domo.clock().advance(Duration.ofMinutes(10)));
            }),
        retried(
            "type changed in the metadata, once",
            "changed while it was read",
            s -> s.once(Route.DATASET, new DomoFault.TypeChanged("nationkey", DomoType.STRING))),
        held(
            "type changed between metadata and body",
            "column name of type LONG",
            s -> s.always(Route.DATASET, new DomoFault.TypeChanged("name", DomoType.LONG))),
        retried(
            "type changed between query and body, no schema in the metadata",
            "column name of type LONG",
            s -> {
              s.nation.schemaShown(SchemaShown.ABSENT);
              s.at(
                  DomoRequest.on(Route.QUERY).and(COUNT.negate()),
                  0,
                  new DomoFault.TypeChanged("name", DomoType.LONG));
            }),
        harmless("schema empty in the metadata", s -> s.nation.schemaShown(SchemaShown.EMPTY)),
        harmless("schema absent in the metadata", s -> s.nation.schemaShown(SchemaShown.ABSENT)),
        retried(
            "newest version purged from history",
            "changed while it was read",
            s -> {
              s.nation.publish(NATION_2, Action.REPLACE);
              s.expecting(NATION_2)
                  .with("domo.instance.url", s.domo.endpoint().toString())
                  .with("domo.developer.token", "developer-token")
                  .at(DomoRequest.on(Route.VERSIONS), 1, new DomoFault.PurgeVersion(2));
            }));
  }

  /** Who may see what changes while it is looked at. */
  private static List<FaultCase> access() {
    return List.of(
        retried(
            "row policy switched on before the export",
            "changed while it was read",
            s ->
                s.expecting(SEEN_UNDER_POLICY)
                    .once(Route.EXPORT, new DomoFault.SwitchPolicy(AMERICA))),
        retried(
            "row policy switched on after the export",
            "changed while it was read",
            s -> s.expecting(SEEN_UNDER_POLICY).at(COUNT, 1, new DomoFault.SwitchPolicy(AMERICA))),
        retried(
            "row policy in force",
            "row-level policies (PDP) hide rows",
            s -> s.expecting(SEEN_UNDER_POLICY).nation.policy(AMERICA)),
        held(
            "row policy in force, domo.pdp=hold",
            "row-level policies (PDP) show 5 of 25 rows",
            s -> {
              s.nation.policy(AMERICA);
              s.with("domo.pdp", "hold").curedBy(() -> s.nation.policy(null));
            }));
  }

  private static FaultScene publishing(
      FaultScene scene, RowSource rows, Predicate<DomoRequest> when, int skip) {
    return scene
        .expecting(rows)
        .at(when, skip, new DomoFault.Before(() -> scene.nation.publish(rows, Action.REPLACE)));
  }

  private static DomoFault csv(String body) {
    return new DomoFault.Answer(200, CSV, body);
  }

  private static RowSource rows(Predicate<String[]> which) {
    return rows(which, row -> {});
  }

  private static RowSource rows(Predicate<String[]> which, Consumer<String[]> change) {
    List<String[]> rows = new ArrayList<>();
    Pass.over(
        NATION,
        row -> {
          if (which.test(row)) {
            String[] copy = Arrays.copyOf(row, row.length);
            change.accept(copy);
            rows.add(copy);
          }
        });
    return ListRows.of(NATION.columns(), rows.toArray(new String[0][]));
  }
}
