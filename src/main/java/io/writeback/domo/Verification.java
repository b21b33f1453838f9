package io.writeback.domo;

import io.writeback.domo.VerificationException.Kind;
import java.util.List;

/**
 * Decides whether a download is one whole version. Exports have silently lost rows (domo-python-sdk
 * issue 68), and a DataSet can be replaced while it is read.
 */
final class Verification {
  private Verification() {}

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
   * Rows and versions agree.
   *
   * @param read rows in the export
   * @param counted by the query API
   * @param after the DataSet after download and count
   */
  static void version(
      DatasetVersion before, DatasetVersion now, long read, long counted, DatasetInfo after) {
    if (!before.token().equals(now.token())) {
      throw new VerificationException(
          Kind.CHANGED, "the DataSet changed while it was read: a new attempt follows", null);
    }
    if (read != counted || (after.rows() >= 0 && read != after.rows())) {
      throw new VerificationException(
          Kind.ROWS,
          String.format(
              "the export has %d rows, COUNT(*) says %d, the metadata %d%s",
              read,
              counted,
              after.rows(),
              after.restricted()
                  ? ": row-level policies (PDP) are on, give the user of domo.client.id all rows"
                  : ": the data may not be queryable yet"),
          null);
    }
  }
}
