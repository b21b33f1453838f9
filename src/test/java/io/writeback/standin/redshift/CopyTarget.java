package io.writeback.standin.redshift;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The table of a COPY and the columns that the files hold, in the order of the files.
 *
 * @param id of the table in the load error tables
 */
record CopyTarget(String table, int id, List<TableColumn> columns) {
  private static final String COLUMNS =
      """
      SELECT attrelid::int, attname, CASE atttypid WHEN 'super'::regtype THEN 'super' \
      WHEN 'varbyte'::regtype THEN 'varbyte' ELSE format_type(atttypid, NULL) END, \
      atttypmod - 4, attnotnull, attidentity, pg_has_role(relowner, 'USAGE') \
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid \
      WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum""";

  static CopyTarget find(CopyCommand command, Protocol protocol) throws IOException {
    List<List<String>> rows = protocol.inner(COLUMNS.formatted(Executor.literal(command.table())));
    if (rows.isEmpty()) {
      throw new SqlFailure("42P01", "Cannot COPY into nonexistent table " + command.table());
    }
    boolean owner = rows.get(0).get(6).equals("t");
    if (command.has(CopyCommand.Flag.STATUPDATE) && !owner) {
      throw new SqlFailure(
          "42501", "must be owner of relation " + command.table() + " to use STATUPDATE");
    }
    List<TableColumn> all = rows.stream().map(CopyTarget::column).toList();
    boolean explicit = command.has(CopyCommand.Flag.EXPLICIT_IDS);
    List<TableColumn> loaded = new ArrayList<>();
    for (String name : command.columns()) {
      loaded.add(find(all, name, command.table()));
    }
    if (loaded.isEmpty()) {
      all.stream().filter(column -> explicit || !column.identity()).forEach(loaded::add);
    } else if (!explicit && loaded.stream().anyMatch(TableColumn::identity)) {
      throw SqlFailure.unsupported("cannot set an identity column to a value");
    }
    return new CopyTarget(command.table(), Integer.parseInt(rows.get(0).get(0)), loaded);
  }

  private static TableColumn find(List<TableColumn> all, String written, String table) {
    String name =
        written.startsWith("\"")
            ? written.substring(1, written.length() - 1).replace("\"\"", "\"")
            : written.toLowerCase(Locale.ROOT);
    return all.stream()
        .filter(column -> column.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new SqlFailure(
                    "42703",
                    "column \"%s\" of relation \"%s\" does not exist".formatted(name, table)));
  }

  private static TableColumn column(List<String> row) {
    String type = row.get(2);
    int modifier = Integer.parseInt(row.get(3));
    boolean numeric = type.equals("numeric");
    return new TableColumn(
        row.get(1),
        type,
        numeric ? 0 : modifier,
        numeric ? modifier >> 16 : 0,
        numeric ? modifier & 0x7ff : 0,
        row.get(4).equals("t"),
        !row.get(5).isEmpty());
  }

  /** The statement with which PostgreSQL takes the rows. */
  String copyStatement() {
    return columns.stream()
        .map(column -> PostgresDatabase.quote(column.name()))
        .collect(Collectors.joining(", ", "COPY " + table + " (", ") FROM STDIN"));
  }
}
