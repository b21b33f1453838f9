package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.CsvDialect.FormulaGuard;
import io.writeback.standin.domo.CsvDialect.LineEnd;
import io.writeback.standin.domo.CsvDialect.NullText;
import io.writeback.standin.domo.CsvDialect.Quoting;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.SchemaShown;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.http.HttpCall.Framing;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Exports in every form that Domo may give them, whole and cut at every byte. */
class ExportFramingTest extends SourceScenario {
  private static final FormulaGuard[] GUARDS = {
    FormulaGuard.UNLESS_DECLINED, FormulaGuard.IF_ASKED, FormulaGuard.NEVER
  };

  static Stream<Arguments> framings() {
    return Stream.of(Framing.values())
        .flatMap(framing -> Stream.of(Arguments.of(framing, true), Arguments.of(framing, false)));
  }

  /** One attempt after the other ends one byte later; only a whole body gives a version. */
  @ParameterizedTest(name = "{0}, gzip {1}")
  @MethodSource("framings")
  void aBodyCutAtAnyByteIsNoVersion(Framing framing, boolean gzip) throws Exception {
    RowSource rows = text("one", "", null);
    int plainBytes = "a,b c\none,x\n\"\",x\n,x\n".length();
    DomoDataSet dataSet = add("cut", rows);
    dataSet.dialect(CsvDialect.documented().withFraming(framing).withGzip(gzip));
    List<FaultPlan.Handle> cuts = new ArrayList<>();
    for (int at = 0; at < plainBytes + 60; at++) {
      cuts.add(domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.cut(at)));
    }
    try (SourceRun run =
        run(dataSet)
            .with("domo.retry.backoff.ms", "1")
            .with("domo.retry.backoff.max.ms", "5")
            .start()) {
      SnapshotManifest manifest = run.manifest(1);
      assertIs(run, manifest, rows);
      assertEquals(Set.of(manifest.snapshot()), run.snapshots());
      long met = cuts.stream().filter(cut -> cut.fired() > 0).count();
      // gzip takes 18 bytes around what it compresses.
      assertTrue(met >= (gzip ? 30 : plainBytes), met + " cuts");
    }
  }

  @Test
  void everyDialectGivesTheSameRows() throws Exception {
    RowSource rows =
        text(
            "a",
            "",
            null,
            "\"q\"",
            "x,y",
            "l1\nl2",
            "l1\r\nl2",
            "☃ \uD83D\uDE00",
            "-",
            "=1+1",
            " ");
    List<DomoDataSet> all = new ArrayList<>();
    for (CsvDialect dialect : dialects()) {
      DomoDataSet one = add("d" + all.size(), rows);
      one.dialect(dialect.withFormulaGuard(GUARDS[all.size() % GUARDS.length]));
      one.schemaShown(SchemaShown.values()[all.size() / 3 % SchemaShown.values().length]);
      all.add(one);
    }
    try (SourceRun run =
        run(all.toArray(new DomoDataSet[0])).with("domo.null.text", "\\N").start()) {
      for (int i = 1; i <= all.size(); i++) {
        SnapshotManifest manifest = run.manifest(i);
        String dialect = domo.dataSet(manifest.dataset()).dialect().toString();
        assertEquals(numbered(rows), run.rows(manifest.snapshot()), dialect);
      }
      assertEquals(
          1,
          run.manifests().stream()
              .map(SnapshotManifest::contentHash)
              .collect(Collectors.toSet())
              .size(),
          "the same content by its hash, too");
      assertEquals(all.size(), domo.log().requests(Route.EXPORT).size(), "each at the first try");
    }
  }

  private static List<CsvDialect> dialects() {
    List<CsvDialect> dialects = new ArrayList<>();
    for (Quoting quoting : Quoting.values()) {
      for (NullText nullText : NullText.values()) {
        for (LineEnd lineEnd : LineEnd.values()) {
          for (Framing framing : Framing.values()) {
            for (int switches = 0; switches < 4; switches++) {
              dialects.add(
                  CsvDialect.documented()
                      .withQuoting(quoting)
                      .withNullText(nullText)
                      .withLineEnd(lineEnd)
                      .withFraming(framing)
                      .withBom((switches & 1) > 0)
                      .withGzip((switches & 2) > 0));
            }
          }
        }
      }
    }
    return dialects;
  }

  private static List<String> numbered(RowSource expected) {
    List<String> rows = Rendered.rows(expected);
    List<String> numbered = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      numbered.add(i + 1 + ":" + rows.get(i));
    }
    return numbered;
  }
}
