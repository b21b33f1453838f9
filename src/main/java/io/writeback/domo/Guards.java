package io.writeback.domo;

import java.util.Optional;
import java.util.Set;

/**
 * Stops a truncated or empty version before it wipes a warehouse.
 *
 * @param minRows a version with fewer rows is held
 * @param maxShrinkRatio a version that lost more than this part of the rows last sent is held
 * @param schemaMayChange whether columns may differ from the last version's
 * @param accepted codes of versions that an operator lets through
 */
record Guards(long minRows, double maxShrinkRatio, boolean schemaMayChange, Set<String> accepted) {
  Guards {
    accepted = Set.copyOf(accepted);
  }

  Guards(long minRows, double maxShrinkRatio, boolean schemaMayChange) {
    this(minRows, maxShrinkRatio, schemaMayChange, Set.of());
  }

  /** Why the version must not be sent, and what lets it through, in words for the operator. */
  Optional<String> refuse(SourcePosition last, Spool.About version) {
    String code = code(version);
    return accepted.contains(code)
        ? Optional.empty()
        : objection(last, version)
            .map(
                why ->
                    why
                        + ". To send exactly this version, add "
                        + code
                        + " to snapshot.accept; the next good version goes out by itself");
  }

  /**
   * What an operator names a version by: one state of one DataSet, with the content that was read.
   */
  static String code(Spool.About version) {
    return new Fingerprint()
        .add(version.dataset())
        .add(version.version().token())
        .add(version.content())
        .hex();
  }

  private Optional<String> objection(SourcePosition last, Spool.About version) {
    if (version.rows() < minRows) {
      return Optional.of(
          String.format(
              "the version has %d rows, snapshot.min.rows is %d", version.rows(), minRows));
    }
    if (last.rows() > 0 && last.rows() - version.rows() > maxShrinkRatio * last.rows()) {
      return Optional.of(
          String.format(
              "the version has %d rows after %d, snapshot.max.shrink.ratio is %s",
              version.rows(), last.rows(), maxShrinkRatio));
    }
    String before = RowHash.columnsOf(last.hash());
    if (!schemaMayChange
        && before != null
        && !before.equals(RowHash.columnsOf(version.content()))) {
      return Optional.of("the columns changed, and domo.schema.change is fail");
    }
    return Optional.empty();
  }
}
