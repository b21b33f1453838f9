package io.writeback.standin.redshift;

/**
 * A row or field that COPY cannot load (Developer Guide, "Load error reference").
 *
 * <p>Codes: 1202 extra columns, 1203 missing columns, 1204 too long, 1205 date, 1206 timestamp,
 * 1207 digit, 1208 float, 1209 decimal, 1210 boolean, 1213 missing data, 1214 delimiter or quote,
 * 1216 line, 1220 UTF-8, 1224 SUPER.
 */
final class RowRejected extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String column;
  private final String type;
  private final int position;
  private final String value;

  RowRejected(int code, String reason, String column, String type, int position, String value) {
    super(reason, null, false, false);
    this.code = code;
    this.column = column;
    this.type = type;
    this.position = position;
    this.value = value;
  }

  /** A field that does not fit its column, which the caller knows. */
  static RowRejected field(int code, String reason) {
    return new RowRejected(code, reason, "", "", 0, "");
  }

  RowRejected in(TableColumn where, String rawValue) {
    return new RowRejected(code, getMessage(), where.name(), where.loadType(), position, rawValue);
  }

  int code() {
    return code;
  }

  String column() {
    return column;
  }

  String type() {
    return type;
  }

  int position() {
    return position;
  }

  String value() {
    return value;
  }
}
