package io.writeback.domo;

import io.writeback.domo.VerificationException.Kind;
import java.util.List;

/**
 * Decides whether a download is one whole version. Exports have silently lost rows (domo-python-sdk
 * issue 68), and a DataSet can be replaced while it is read.
 */
final class Verification {
  private Verification() {}

  /**
   * What is asked of a version.
   *
   * @param metadataRows whether queries must count as many rows as the metadata says
   * @param hiddenAllowed whether row-level policies may hide rows
   * @param sampleRows rows to compare with the query API, 0 for none
   */
  record Rules(boolean metadataRows, boolean hiddenAllowed, int sampleRows) {}

  /** The header line names the columns in their order; only an empty DataSet may lack it. */
  static void header(List<String> header, List<DomoColumn> columns, long rows) {
    List<String> names = columns.stream().map(DomoColumn::name).toList();
    if (header.equals(names) || (header.isEmpty() && rows == 0)) {
      return;
    }
    throw new VerificationException(
        Kind.HEADER,
        "the export's header line is not the schema: expected " + names + ", found " + header,
        null);
  }

  /** A body that ends with the connection must at least end with a line. */
  static void end(boolean proven, boolean endsWithLine) {
    if (!proven && !endsWithLine) {
      throw new VerificationException(
          Kind.TRUNCATED,
          "the export ended in the middle of a line, without length, chunks or gzip to prove it"
              + " complete",
          null);
    }
  }

  /**
   * Queries show what the metadata promise, before anything is downloaded.
   *
   * @param counted by the query API
   */
  static void queryable(DatasetInfo info, long counted, Rules rules) {
    if (info.rows() < 0 || info.rows() == counted) {
      return;
    }
    if (info.restricted() ? rules.hiddenAllowed() : !rules.metadataRows()) {
      return;
    }
    if (info.restricted()) {
      throw new VerificationException(
          Kind.POLICY,
          String.format(
              "row-level policies (PDP) show %d of %d rows: give the user of domo.client.id all"
                  + " rows, or accept what it sees with domo.pdp=warn",
              counted, info.rows()),
          null);
    }
    throw new VerificationException(
        Kind.LAGGING,
        String.format(
            "the metadata says %d rows, COUNT(*) says %d: the data is not queryable yet",
            info.rows(), counted),
        null);
  }

  /** The same version before and after. */
  static void unchanged(DatasetVersion before, DatasetVersion now) {
    if (!before.token().equals(now.token())) {
      throw new VerificationException(
          Kind.CHANGED, "the DataSet changed while it was read: a new attempt follows", null);
    }
  }

  /**
   * Every count of rows agrees.
   *
   * @param read rows in the export
   * @param before by the query API before the download
   * @param after the same after it
   */
  static void rows(long read, long before, long after) {
    if (read != before || read != after) {
      throw new VerificationException(
          Kind.ROWS,
          String.format(
              "the export has %d rows, COUNT(*) said %d before and %d after it: rows were lost, or"
                  + " the data is just changing",
              read, before, after),
          null);
    }
  }
}
