package io.writeback.it;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly once into Redshift across crashes: see {@link SinkKillRun}. */
class RedshiftSinkKillIT {
  @TempDir Path dir;

  @Test
  void everyRowLandsOnce() throws Exception {
    try (WarehouseUnderFire redshift = new RedshiftUnderFire()) {
      new SinkKillRun(dir, redshift).everyRowLandsOnce();
    }
  }
}
