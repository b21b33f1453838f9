package io.writeback.domo;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * What the source asks of Domo. Every method may block for as long as its timeouts allow and throws
 * {@link DomoException}. Used by one thread; {@link #close} may come from another and ends calls
 * that are under way.
 */
interface DomoApi extends AutoCloseable {
  /** The largest page that Domo serves (DataSet API, "List DataSets"). */
  int PAGE = 50;

  /** One page of the DataSets that the client may see. */
  List<DatasetInfo> list(Order order, int offset);

  /** One DataSet. A deleted one may still be described, and says so. */
  DatasetInfo dataset(String id);

  /** Runs SQL on one DataSet. */
  QueryAnswer query(String id, String sql);

  /** Runs SQL on one DataSet, whose rows are read as they come. */
  QueryRows rows(String id, String sql);

  /** Starts to read a DataSet as CSV with a header line. */
  Export export(String id);

  /** As whom the client reads: row-level policies apply to this identity. */
  String identity();

  @Override
  void close();

  /** How a listing is sorted. */
  enum Order {
    /** A stable order for paging through everything. */
    CREATED("createdAt"),
    /** The latest change first. */
    LAST_UPDATED("lastUpdated");

    private final String parameter;

    Order(String parameter) {
      this.parameter = parameter;
    }

    String parameter() {
      return parameter;
    }
  }

  /** A download. Closing it before its end cuts the connection. */
  interface Export extends AutoCloseable {
    /** The CSV bytes; reading throws {@link DomoException} where the transfer fails. */
    InputStream body();

    /**
     * Whether the end of the body proves that it is complete: a length, chunks or gzip. Otherwise
     * it ended with the connection, which a cut looks like too.
     */
    boolean endIsProven();

    @Override
    void close() throws IOException;
  }

  /**
   * The answer to a query.
   *
   * @param columns names and types
   * @param first the first cell of the first row as text, if there is one
   */
  record QueryAnswer(List<DomoColumn> columns, Optional<String> first) {}
}
