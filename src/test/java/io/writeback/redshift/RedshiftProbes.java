package io.writeback.redshift;

import io.writeback.real.Probe;
import java.util.List;

/** The points of Redshift and S3 that their documentation leaves open. */
public final class RedshiftProbes {
  private static final List<String> DATABASE =
      List.of("redshift.host", "redshift.database", "redshift.user");
  private static final List<String> BUCKET = List.of("s3.bucket", "s3.region");
  private static final List<String> BOTH =
      List.of("redshift.host", "redshift.database", "redshift.user", "s3.bucket", "s3.region");

  private RedshiftProbes() {}

  public static List<Probe> all() {
    return List.of(
        Probe.of("s3.write-once", BUCKET, RedshiftCopyProbes::writeOnce),
        Probe.of("redshift.lock-then-read", DATABASE, RedshiftLockProbes::lockThenRead),
        Probe.of("redshift.update-conflict", DATABASE, RedshiftLockProbes::conflict),
        Probe.of("redshift.deadlock", DATABASE, RedshiftLockProbes::deadlock),
        Probe.of("redshift.copy-count", BOTH, RedshiftCopyProbes::counts),
        Probe.of("redshift.copy-nan", BOTH, RedshiftCopyProbes::notNumbers),
        Probe.of("redshift.copy-null", BOTH, RedshiftCopyProbes::nulls),
        Probe.of("redshift.error-lines", BOTH, RedshiftCopyProbes::lines));
  }
}
