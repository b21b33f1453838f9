package io.writeback.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A table in a few numbers: its rows, and per column what is left of it when order does not matter.
 * Both a warehouse, by SQL, and a generator can say them.
 *
 * @param rows number of rows
 * @param columns per column its figures, in the order of {@link #figures}
 */
record TableSummary(long rows, List<List<String>> columns) {
  /** Relative error that a sum of doubles may have, because each side adds in its own order. */
  private static final BigDecimal TOLERANCE = new BigDecimal("1e-9");

  /**
   * What is summed up of a column.
   *
   * <ul>
   *   <li>numbers: count, sum
   *   <li>dates: count, sum of days since 1970
   *   <li>times: count, first and last second since 1970
   *   <li>text: count, sum of lengths in characters, smallest and largest MD5
   * </ul>
   */
  static int figures(DomoType type) {
    return switch (type) {
      case LONG, DOUBLE, DECIMAL, DATE -> 2;
      case DATETIME -> 3;
      case STRING -> 4;
    };
  }

  /** Sums up what a generator gives. */
  static TableSummary of(RowSource source) {
    List<Accumulator> sums = new ArrayList<>();
    source.columns().forEach(column -> sums.add(Accumulator.of(column.type())));
    long rows = 0;
    try (RowCursor cursor = source.open()) {
      for (String[] row = cursor.next(); row != null; row = cursor.next()) {
        rows++;
        for (int i = 0; i < row.length; i++) {
          if (row[i] != null) {
            sums.get(i).add(row[i]);
          }
        }
      }
    }
    return new TableSummary(rows, sums.stream().map(Accumulator::figures).toList());
  }

  /** The first column whose figures differ, in words; empty if all agree. */
  Optional<String> differenceFrom(TableSummary expected, List<Column> schema) {
    if (rows != expected.rows) {
      return Optional.of("rows " + rows + " instead of " + expected.rows);
    }
    for (int i = 0; i < schema.size(); i++) {
      DomoType type = schema.get(i).type();
      for (int k = 0; k < figures(type); k++) {
        String found = columns.get(i).get(k);
        String wanted = expected.columns.get(i).get(k);
        if (!same(found, wanted, type)) {
          return Optional.of(
              "column " + schema.get(i).name() + ": " + found + " instead of " + wanted);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean same(String found, String wanted, DomoType type) {
    if (found == null || wanted == null || type == DomoType.STRING) {
      return Objects.equals(found, wanted);
    }
    BigDecimal a = new BigDecimal(found);
    BigDecimal b = new BigDecimal(wanted);
    BigDecimal allowed = type == DomoType.DOUBLE ? b.abs().multiply(TOLERANCE) : BigDecimal.ZERO;
    return a.subtract(b).abs().compareTo(allowed) <= 0;
  }

  private abstract static class Accumulator {
    long count;

    static Accumulator of(DomoType type) {
      return switch (type) {
        case LONG, DOUBLE, DECIMAL -> new Numbers();
        case DATE -> new Days();
        case DATETIME -> new Seconds();
        case STRING -> new Texts();
      };
    }

    abstract void add(String cell);

    abstract List<String> figures();
  }

  private static final class Numbers extends Accumulator {
    private BigDecimal sum = BigDecimal.ZERO;

    @Override
    void add(String cell) {
      count++;
      sum = sum.add(new BigDecimal(cell));
    }

    @Override
    List<String> figures() {
      return figureList(Long.toString(count), count == 0 ? null : sum.toPlainString());
    }
  }

  private static final class Days extends Accumulator {
    private long sum;

    @Override
    void add(String cell) {
      count++;
      sum += LocalDate.parse(cell).toEpochDay();
    }

    @Override
    List<String> figures() {
      return figureList(Long.toString(count), count == 0 ? null : Long.toString(sum));
    }
  }

  private static final class Seconds extends Accumulator {
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    @Override
    void add(String cell) {
      count++;
      long second = LocalDateTime.parse(cell).toEpochSecond(ZoneOffset.UTC);
      first = Math.min(first, second);
      last = Math.max(last, second);
    }

    @Override
    List<String> figures() {
      return count == 0
          ? figureList("0", null, null)
          : figureList(Long.toString(count), Long.toString(first), Long.toString(last));
    }
  }

  private static final class Texts extends Accumulator {
    private final MessageDigest md5 = newMd5();
    private long characters;
    private String smallest;
    private String largest;

    @Override
    void add(String cell) {
      count++;
      characters += cell.codePointCount(0, cell.length());
      String hash = HexFormat.of().formatHex(md5.digest(cell.getBytes(UTF_8)));
      smallest = smallest == null || hash.compareTo(smallest) < 0 ? hash : smallest;
      largest = largest == null || hash.compareTo(largest) > 0 ? hash : largest;
    }

    @Override
    List<String> figures() {
      return count == 0
          ? figureList("0", null, null, null)
          : figureList(Long.toString(count), Long.toString(characters), smallest, largest);
    }

    private static MessageDigest newMd5() {
      try {
        return MessageDigest.getInstance("MD5");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static List<String> figureList(String... figures) {
    return new ArrayList<>(java.util.Arrays.asList(figures));
  }
}
