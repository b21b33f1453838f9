package io.writeback.crash;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What the generator has published under one name, and so what tables may and must show. What is
 * published is noted first, so that no reader sees what is not yet known. Safe for many threads.
 */
abstract class Dataset {
  private final String name;
  private final Mode mode;

  Dataset(String name, Mode mode) {
    this.name = name;
    this.mode = mode;
  }

  /** Also the name of its topic and tables. */
  final String name() {
    return name;
  }

  final Mode mode() {
    return mode;
  }

  /** Publishes another version. */
  abstract void publishNext(SplittableRandom random);

  /** Whether each version must arrive, so that the next one has to wait until one has been sent. */
  boolean everyVersionCounts() {
    return false;
  }

  /** Whether a table that has shown a version shows one as new or newer from then on. */
  boolean newestStays() {
    return true;
  }

  /**
   * The rows that must be there in the end, for each table by the end of its name: empty, unless
   * versions have tables of their own.
   */
  abstract Map<String, List<GeneratedRow>> expected();

  /**
   * Whether a reader may see this.
   *
   * @param shown figures of the rows of each version, of one query
   * @return what is wrong with it
   */
  abstract Optional<String> wrongWith(Map<Long, Figures> shown);
}
