package io.writeback.standin.redshift;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** One COPY in the client's transaction: from objects through checks into the table. */
final class CopyRun {
  private final CopyCommand command;
  private final BackendLink link;
  private final Cluster cluster;
  private final Executor executor;
  private final long query;
  private final LoadErrorLog rejected;
  private final FieldConverter converter;
  private Protocol protocol;
  private RedshiftFault fault;
  private List<TableColumn> columns;
  private int table;
  private long rows;

  CopyRun(CopyCommand command, BackendLink link, Cluster cluster, Executor executor, String user) {
    this.command = command;
    this.link = link;
    this.cluster = cluster;
    this.executor = executor;
    this.query = cluster.nextQueryId();
    this.rejected = new LoadErrorLog(query, link.pid(), user);
    this.converter = new FieldConverter(command);
  }

  void run(Protocol how, RedshiftFault armed, ClientPort client) throws IOException {
    protocol = how;
    fault = armed;
    executor.interruption().begin(executor.timeoutMs(how));
    try {
      load();
    } finally {
      executor.interruption().end();
    }
    String name = command.table();
    client.info(
        "Load into table '%s' completed, %d record(s) loaded successfully.".formatted(name, rows));
    if (rejected.size() > 0) {
      client.info(
          "Load into table '%s' completed, %d record(s) could not be loaded.  Check 'stl_load_errors' system table for details."
              .formatted(name, rejected.size()));
    }
    client.complete("COPY");
  }

  private void load() throws IOException {
    CopyTarget target = CopyTarget.find(command, protocol);
    columns = target.columns();
    table = target.id();
    CopyFiles files = new CopyFiles(command, cluster.settings(), query);
    List<CopyFiles.File> list = files.list();
    record(0);
    CopyStream stream = new CopyStream(link);
    stream.begin(target.copyStatement());
    try {
      for (CopyFiles.File file : list) {
        load(file, files, stream);
      }
      misbehave(stream);
    } catch (SqlFailure failure) {
      stream.abandon();
      rejected.publish(cluster.database(), table);
      throw failure;
    }
    stream.end();
    rejected.publish(cluster.database(), table);
    record(command.has(CopyCommand.Flag.NOLOAD) ? 0 : rows);
  }

  /** What pg_last_copy_count() and pg_last_copy_id() answer from now on in this session. */
  private void record(long count) throws IOException {
    link.query(
        "SELECT setval('redshift.copy_count', %d), setval('redshift.copy_id', %d)"
            .formatted(count, query));
  }

  private void load(CopyFiles.File file, CopyFiles files, CopyStream stream) throws IOException {
    InputStream in = files.open(file);
    if (in == null) {
      return;
    }
    try (in) {
      CsvReader reader = new CsvReader(in, command.delimiter(), command.quote());
      for (long record = 1; next(reader, file); record++) {
        executor.interruption().check();
        if (record > command.ignoreHeader()) {
          load(reader, file, stream);
        }
      }
    } catch (SessionEnded e) {
      throw e;
    } catch (IOException e) {
      throw files.failure(e, file.bucket(), file.key());
    }
  }

  private boolean next(CsvReader reader, CopyFiles.File file) throws IOException {
    while (true) {
      try {
        return reader.next();
      } catch (RowRejected e) {
        reject(e, reader, file);
      }
    }
  }

  private void load(CsvReader reader, CopyFiles.File file, CopyStream stream) throws IOException {
    if (reader.blank() && command.has(CopyCommand.Flag.IGNOREBLANKLINES)) {
      return;
    }
    List<String> values;
    try {
      values = convert(reader);
    } catch (RowRejected e) {
      reject(e, reader, file);
      return;
    }
    rows++;
    if (!command.has(CopyCommand.Flag.NOLOAD) && stream.add(values)) {
      misbehave(stream);
    }
  }

  private List<String> convert(CsvReader reader) {
    int count = reader.count();
    if (count > columns.size()) {
      throw RowRejected.field(1202, "Extra column(s) found");
    }
    boolean fill = command.has(CopyCommand.Flag.FILLRECORD);
    if (count < columns.size() && !fill) {
      throw RowRejected.field(1203, "Delimiter not found").in(columns.get(count), "");
    }
    List<String> values = new ArrayList<>(columns.size());
    for (int i = 0; i < columns.size(); i++) {
      TableColumn column = columns.get(i);
      boolean nullable = i < count && (!reader.quoted(i) || cluster.settings().quotedNullIsNull());
      byte[] field = i < count ? reader.field(i) : new byte[0];
      try {
        String value = converter.convert(field, nullable, column);
        if (value == null && column.notNull()) {
          throw RowRejected.field(1213, "Missing data for not-null field");
        }
        values.add(value);
      } catch (RowRejected e) {
        throw e.in(column, Utf8Repair.printable(field));
      }
    }
    return values;
  }

  private void reject(RowRejected e, CsvReader reader, CopyFiles.File file) {
    String length =
        columns.stream()
            .filter(column -> column.name().equals(e.column()))
            .map(TableColumn::declaredLength)
            .findFirst()
            .orElse("");
    long line = cluster.settings().linesAreRecords() ? reader.record() : reader.line();
    rejected.add(file.url(), line, e, length, reader.raw());
    boolean ignored = command.has(CopyCommand.Flag.IGNOREALLERRORS);
    if (!ignored && rejected.size() >= Math.max(command.maxError(), 1)) {
      throw new SqlFailure(
          "XX000",
          "Load into table '%s' failed.  Check 'sys_load_error_detail' system table for details."
              .formatted(command.table()));
    }
  }

  /** Faults of a COPY happen in the middle of it, once. */
  private void misbehave(CopyStream stream) throws IOException {
    RedshiftFault due = fault;
    fault = null;
    if (due != null) {
      stream.push();
      executor.before(due, protocol);
    }
  }
}
