package io.writeback.local;

import io.writeback.standin.domo.rows.RowSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** One replicated DataSet: what the source holds now, and what its tables must show. */
final class LocalTable {
  private final String dataSetId;
  private final String name;
  private final List<String> keys;
  private final AtomicLong readFromDomo = new AtomicLong();
  private final AtomicLong inKafka = new AtomicLong();
  private int version = 1;
  private RowSource rows;
  private TableSummary expected;

  LocalTable(String dataSetId, String name, List<String> keys, RowSource rows) {
    this.dataSetId = dataSetId;
    this.name = name;
    this.keys = keys;
    this.rows = rows;
  }

  String dataSetId() {
    return dataSetId;
  }

  /** Name of the DataSet, and so of the table in both warehouses. */
  String name() {
    return name;
  }

  List<String> keys() {
    return keys;
  }

  String topic() {
    return "domo." + name;
  }

  synchronized int version() {
    return version;
  }

  synchronized RowSource rows() {
    return rows;
  }

  /** The figures of the current version, worked out by the generator itself. */
  synchronized TableSummary expected() {
    if (expected == null) {
      expected = TableSummary.of(rows);
    }
    return expected;
  }

  synchronized void replaceBy(int newVersion, RowSource newRows) {
    version = newVersion;
    rows = newRows;
    expected = null;
  }

  /** The rows as Domo serves them. */
  synchronized RowSource served() {
    return new CountedRows(rows, readFromDomo);
  }

  /** Rows that Domo has handed out, of all downloads. */
  AtomicLong readFromDomo() {
    return readFromDomo;
  }

  /** Rows seen in the topic, of all snapshots. */
  AtomicLong inKafka() {
    return inKafka;
  }
}
