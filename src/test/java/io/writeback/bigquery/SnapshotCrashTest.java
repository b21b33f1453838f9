package io.writeback.bigquery;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Deaths while snapshots are staged, registered, shown, decided on and cleaned up after. Each is
 * shown whole and once, or never because a later one is shown.
 */
class SnapshotCrashTest extends CrashScenario {
  SnapshotCrashTest() {
    super(60);
  }

  private static Life.Birth snapshots(String method, String mode) {
    return (standIn, run, process, cut) ->
        new SnapshotLife(standIn, method, mode, run, process, cut);
  }

  @ParameterizedTest
  @CsvSource({
    "load_job, overwrite",
    "load_job, create",
    "load_job, append",
    "storage_write, overwrite",
    "storage_write, create"
  })
  void aDeathAtAnyEffect(String method, String mode) {
    everyDeath(method + "_" + mode, snapshots(method, mode));
  }

  @Test
  void twoDeathsInARow() {
    deathsInARow("create_twice", snapshots("storage_write", "create"));
  }
}
