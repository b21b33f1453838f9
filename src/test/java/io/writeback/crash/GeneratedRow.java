package io.writeback.crash;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A row, as the generator makes it and as a warehouse must show it.
 *
 * @param mark a random number below 2^40, so that sums of it tell sets of rows apart
 * @param day ISO date or null
 * @param extra of the column that later versions have; null before
 */
record GeneratedRow(long id, long version, long mark, String text, String day, String extra) {
  private static final String[] TEXTS = {
    "plain",
    "",
    "comma, \"quote\"",
    "line\nbreak",
    "007",
    "\\N",
    "NULL",
    "é漢😀",
    " padded ",
    "=1+1",
    "'",
  };

  static GeneratedRow of(long seed, long id, long version, boolean extra) {
    return of(seed, id, version, extra, true);
  }

  /** A row whose text is never empty, because Domo's query API shows no difference to null. */
  static GeneratedRow queried(long seed, long id, long version) {
    return of(seed, id, version, false, false);
  }

  private static GeneratedRow of(
      long seed, long id, long version, boolean extra, boolean mayBeEmpty) {
    SplittableRandom random = new SplittableRandom(seed * 31 + version * 1_000_003 + id);
    String text = TEXTS[random.nextInt(TEXTS.length)];
    return new GeneratedRow(
        id,
        version,
        random.nextLong(1L << 40),
        random.nextInt(10) == 0 || (text.isEmpty() && !mayBeEmpty) ? null : text,
        random.nextInt(10) == 0
            ? null
            : java.time.LocalDate.ofEpochDay(random.nextInt(30_000)).toString(),
        extra && random.nextInt(10) != 0 ? "x" + random.nextInt(1000) : null);
  }

  /** Its cells in the order of {@link GeneratedRows#columns}. */
  String[] cells(boolean withExtra) {
    String[] cells = {
      Long.toString(id), Long.toString(version), Long.toString(mark), text, day, extra
    };
    return withExtra ? cells : Arrays.copyOf(cells, cells.length - 1);
  }

  /** Its cells as a query for all columns shows them. */
  List<String> shown() {
    return Arrays.asList(cells(true));
  }
}
