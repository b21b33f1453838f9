package io.writeback.domo;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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

  /** The marks by which this client can tell versions apart, best first. Makes no call. */
  List<Mark> marks();

  /** The columns. Most live DataSets have no schema in their metadata; a query knows the types. */
  default List<DomoColumn> columns(DatasetInfo info) {
    return info.columns().isEmpty()
        ? query(info.id(), DomoSql.rows(1)).columns()
        : info.columns();
  }

  /**
   * The newest mark of a DataSet.
   *
   * @return nothing if Domo keeps no such marks of it, or shows them in a form that tells nothing
   */
  Optional<Long> newest(Mark mark, String id);

  /** The size of the newest upload of a DataSet, where Domo tells it to this client. */
  OptionalLong bytes(String id);

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

  /** By what Domo itself tells versions of a DataSet apart. */
  enum Mark {
    /** Successful uploads (Product API, "Managing Dataset History"); needs a developer token. */
    UPLOAD("d", "version history"),
    /** Successful executions of its stream, as an instance tells them. */
    STREAM_RUN("x", "stream at the instance"),
    /** The same by the public Stream API. The numbers are the same, so is the letter. */
    EXECUTION("x", "stream");

    private final String letter;
    private final String words;

    Mark(String letter, String words) {
      this.letter = letter;
      this.words = words;
    }

    /** In a version's token. */
    String letter() {
      return letter;
    }

    /** In a log line. */
    String words() {
      return words;
    }
  }

  /**
   * The answer to a query.
   *
   * @param columns names and types
   * @param rows their cells as text, null for a JSON null; Domo may show a null as "" too
   */
  record QueryAnswer(List<DomoColumn> columns, List<List<String>> rows) {
    /** The first cell of the first row, if there is one. */
    Optional<String> first() {
      return rows.isEmpty() || rows.get(0).isEmpty()
          ? Optional.empty()
          : Optional.ofNullable(rows.get(0).get(0));
    }
  }
}
