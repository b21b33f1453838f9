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
  private static final int[] VARBYTE_STEPS = {1024, 16_384, 64_000, MAX_VARBYTE_BYTES};

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
    return new RedshiftType(Kind.VARCHAR, step(VARCHAR_STEPS, bytes), 0);
  }

  static RedshiftType varbyteFor(int bytes) {
    return new RedshiftType(Kind.VARBYTE, step(VARBYTE_STEPS, bytes), 0);
  }

  private static int step(int[] steps, int bytes) {
    for (int step : steps) {
      if (bytes <= step) {
        return step;
      }
    }
    return steps[steps.length - 1];
  }

  /** Whether the size is in bytes and follows the data. */
  boolean sized() {
    return kind == Kind.VARCHAR || kind == Kind.VARBYTE;
  }

  /** The type that holds values of so many bytes, if this one is sized by the data. */
  RedshiftType fitted(int bytes) {
    return switch (kind) {
      case VARCHAR -> varcharFor(bytes);
      case VARBYTE -> varbyteFor(bytes);
      default -> this;
    };
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
