package io.writeback.it;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Exactly once into BigQuery across crashes, by streams and by load jobs: see {@link SinkKillRun}.
 * {@code -Dkills.method=load_job} is the other method than {@code storage_write}, {@code bucket} is
 * load jobs through a bucket, {@code all} is all three.
 */
class BigQuerySinkKillIT {
  private static final String METHOD = System.getProperty("kills.method", "storage_write");

  @TempDir Path dir;

  private static List<String> methods() {
    return METHOD.equals("all") ? List.of("storage_write", "load_job", "bucket") : List.of(METHOD);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyRowLandsOnce(String method) throws Exception {
    try (WarehouseUnderFire bigQuery = new BigQueryUnderFire(method)) {
      new SinkKillRun(dir, bigQuery).everyRowLandsOnce();
    }
  }
}
