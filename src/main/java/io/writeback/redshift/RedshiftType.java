package io.writeback.redshift;

/**
 * A column type of Redshift.
 *
 * @param size bytes of VARCHAR and VARBYTE, digits of NUMERIC, else 0
 * @param scale decimal digits of NUMERIC, else 0
 */
record RedshiftType(Kind kind, int size, int scale) {
  /** Most bytes of a VARCHAR (Developer Guide, "Character types"). */
  static final int MAX_VARCHAR_BYTES = 65_535;

  /** Most bytes of a VARBYTE (Developer Guide, "VARBYTE type"). */
  static final int MAX_VARBYTE_BYTES = 1_024_000;

  /** Most digits of a NUMERIC (Developer Guide, "Numeric types"). */
  static final int MAX_DIGITS = 38;

  private static final int[] VARCHAR_STEPS = {256, 1024, 4096, 16_384, MAX_VARCHAR_BYTES};

  /** Families of types. */
  enum Kind {
    BOOLEAN,
    SMALLINT,
    INTEGER,
    BIGINT,
    REAL,
    DOUBLE,
    NUMERIC,
    VARCHAR,
    VARBYTE,
    DATE,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    SUPER,
    /** A type of an existing table that we never create. */
    OTHER
  }

  static RedshiftType of(Kind kind) {
    return new RedshiftType(kind, 0, 0);
  }

  static RedshiftType numeric(int digits, int scale) {
    return new RedshiftType(Kind.NUMERIC, digits, scale);
  }

  /**
   * A VARCHAR that holds values of so many bytes. Steps, because each widening is a statement that
   * nobody may read during, and because Redshift stores short values in a wide column at no cost.
   */
  static RedshiftType varcharFor(int bytes) {
    for (int step : VARCHAR_STEPS) {
      if (bytes <= step) {
        return new RedshiftType(Kind.VARCHAR, step, 0);
      }
    }
    return new RedshiftType(Kind.VARCHAR, MAX_VARCHAR_BYTES, 0);
  }

  /** A VARBYTE, of the largest size at once: only VARCHAR columns can be widened later. */
  static RedshiftType varbyte() {
    return new RedshiftType(Kind.VARBYTE, MAX_VARBYTE_BYTES, 0);
  }

  /** A VARCHAR of exactly so many bytes. */
  static RedshiftType varchar(int bytes) {
    return new RedshiftType(Kind.VARCHAR, Math.max(1, bytes), 0);
  }

  /** The type that values of so many bytes need at least, if this one follows the data. */
  RedshiftType fitted(int bytes) {
    return kind == Kind.VARCHAR ? varchar(bytes) : this;
  }

  /** The type to make or widen a column with, which leaves room for what comes next. */
  RedshiftType roomy() {
    return kind == Kind.VARCHAR ? varcharFor(size) : this;
  }

  /** The type in DDL. */
  String ddl() {
    return switch (kind) {
      case NUMERIC -> "NUMERIC(" + size + "," + scale + ")";
      case VARCHAR -> "VARCHAR(" + size + ")";
      case VARBYTE -> "VARBYTE(" + size + ")";
      case DOUBLE -> "DOUBLE PRECISION";
      default -> kind.name();
    };
  }
}
