package io.writeback.domo;

/** Tells versions of a DataSet apart. The metadata token needs nothing but the DataSet API. */
@FunctionalInterface
interface VersionDetector {
  DatasetVersion versionOf(DatasetInfo info);

  /**
   * The best token of the public API: when the data changed, when anything changed, the number of
   * rows and the columns. It also moves with mere metadata, which the content hash finds out.
   */
  static VersionDetector metadata() {
    return info ->
        new DatasetVersion(
            "m:"
                + info.dataCurrentAt()
                + "/"
                + info.updatedAt()
                + "/"
                + info.rows()
                + "/"
                + DomoColumn.fingerprint(info.columns()),
            info.dataCurrentAt() == null ? info.updatedAt() : info.dataCurrentAt());
  }
}
