package io.writeback.domo;

import java.util.Optional;

/**
 * Stops a truncated or empty version before it wipes a warehouse.
 *
 * @param minRows a version with fewer rows is held
 * @param maxShrinkRatio a version that lost more than this part of the rows last sent is held
 * @param schemaMayChange whether columns may differ from the last version's
 */
record Guards(long minRows, double maxShrinkRatio, boolean schemaMayChange) {
  /** Why the version must not be sent, in words for the operator. */
  Optional<String> refuse(SourcePosition last, Spool.About version) {
    if (version.rows() < minRows) {
      return Optional.of(
          String.format(
              "the version has %d rows, snapshot.min.rows is %d: lower it to let the version"
                  + " through",
              version.rows(), minRows));
    }
    if (last.rows() > 0 && last.rows() - version.rows() > maxShrinkRatio * last.rows()) {
      return Optional.of(
          String.format(
              "the version has %d rows after %d, snapshot.max.shrink.ratio is %s: raise it to let"
                  + " the version through",
              version.rows(), last.rows(), maxShrinkRatio));
    }
    String before = RowHash.columnsOf(last.hash());
    if (!schemaMayChange
        && before != null
        && !before.equals(RowHash.columnsOf(version.content()))) {
      return Optional.of(
          "the columns changed and domo.schema.change is fail: set it to evolve to let them");
    }
    return Optional.empty();
  }
}
