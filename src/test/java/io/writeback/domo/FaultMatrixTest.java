package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.FaultCase.Ending;
import io.writeback.snapshot.SnapshotManifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that Domo is known to do wrong, through a whole source. The end is the right version,
 * or nothing and a warning that says why; never a wrong version.
 */
class FaultMatrixTest {
  @TempDir Path spool;

  static Stream<FaultCase> matrix() {
    return Stream.concat(TransferFaults.all().stream(), ContentFaults.all().stream());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("matrix")
  void theEndIsTheRightVersionOrAClearFailure(FaultCase fault) throws Exception {
    try (FaultScene scene = new FaultScene(spool);
        SeenLog log = SeenLog.ofTheSource()) {
      fault.arm().accept(scene);
      SourceRun run = scene.run.start();
      if (fault.lasts()) {
        run.until(
            "\"" + fault.words() + "\" among " + log.warnings(),
            () -> scene.attempts() >= 3 && log.warns(fault.words()));
        if (fault.ending() == Ending.HELD) {
          run.until(
              "held",
              () -> run.metrics().value("dataset-nation-state") == DatasetState.HELD.code());
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
        assertTrue(log.warns(fault.words()), log.warnings()::toString);
      }
    }
  }
}
