package io.writeback.domo;

import java.time.Instant;

/** Tells versions of a DataSet apart. Used by one thread. */
@FunctionalInterface
interface VersionDetector {
  /**
   * The version that Domo shows now.
   *
   * @param info the DataSet as just described by Domo
   * @throws DomoException if Domo cannot be asked
   */
  DatasetVersion versionOf(DatasetInfo info);

  /**
   * The best token that needs nothing but the DataSet API: when the data changed, when anything
   * changed, the number of rows and the columns. It also moves with mere metadata, which the
   * content hash finds out.
   */
  static VersionDetector metadata() {
    return info ->
        new DatasetVersion(
            "m:" + info.dataCurrentAt() + "/" + info.updatedAt() + "/" + content(info), time(info));
  }

  /** What every token has: it differs where other rows or columns are to be seen. */
  static String content(DatasetInfo info) {
    String token = info.rows() + "/" + DomoColumn.fingerprint(info.columns());
    return info.policies().isEmpty() ? token : token + "/" + info.policies();
  }

  /**
   * Always by the same clock and field, whatever the token: sinks compare the times of versions.
   */
  static Instant time(DatasetInfo info) {
    return info.dataCurrentAt() == null ? info.updatedAt() : info.dataCurrentAt();
  }
}
