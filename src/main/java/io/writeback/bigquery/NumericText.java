package io.writeback.bigquery;

import io.writeback.sink.BadRowException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * Decimals as BigQuery reads them, refused where it would round or overflow (docs: Data types,
 * "Decimal types").
 */
final class NumericText {
  private static final BigDecimal NUMERIC_MAX =
      new BigDecimal("99999999999999999999999999999.999999999");
  private static final BigDecimal BIGNUMERIC_MAX =
      new BigDecimal(BigInteger.ONE.shiftLeft(255).subtract(BigInteger.ONE), 38);
  private static final BigDecimal BIGNUMERIC_MIN =
      new BigDecimal(BigInteger.ONE.shiftLeft(255).negate(), 38);

  private NumericText() {}

  /** Whether a decimal is within the range of NUMERIC, whatever its digits after the point. */
  static boolean isNumeric(BigDecimal value) {
    // Digits are counted before numbers are compared, since that is how nearly all are settled.
    return value.precision() - value.scale() < NUMERIC_MAX.precision() - NUMERIC_MAX.scale()
        || value.abs().compareTo(NUMERIC_MAX) <= 0;
  }

  /** Whether a decimal is within the range of BIGNUMERIC. */
  static boolean isBigNumeric(BigDecimal value) {
    return value.compareTo(BIGNUMERIC_MAX) <= 0 && value.compareTo(BIGNUMERIC_MIN) >= 0;
  }

  static String numeric(BigDecimal value) {
    BigDecimal plain = fit(value, ColumnKind.NUMERIC_SCALE, "NUMERIC");
    if (!isNumeric(plain)) {
      throw tooLarge(isBigNumeric(plain) ? "NUMERIC" : "NUMERIC, and for BIGNUMERIC");
    }
    return plain.toPlainString();
  }

  static String bigNumeric(BigDecimal value) {
    BigDecimal plain = fit(value, ColumnKind.BIGNUMERIC_SCALE, "BIGNUMERIC");
    if (!isBigNumeric(plain)) {
      throw tooLarge("BIGNUMERIC");
    }
    return plain.toPlainString();
  }

  private static BigDecimal fit(BigDecimal value, int scale, String type) {
    if (value.scale() <= scale) {
      return value;
    }
    BigDecimal stripped = value.stripTrailingZeros();
    if (stripped.scale() > scale) {
      throw new BadRowException(
          "a decimal has more than " + scale + " digits after the point, which " + type + " drops");
    }
    return stripped;
  }

  private static BadRowException tooLarge(String type) {
    return new BadRowException("a decimal is too large for " + type);
  }
}
