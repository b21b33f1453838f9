package io.writeback.redshift;

import io.writeback.redshift.LoadErrors.LoadError;
import io.writeback.retry.FaultException;
import io.writeback.sink.CommitOutcome.RejectedRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Finds the rows that made a COPY fail. A COPY stops at the first, so it is repeated with MAXERROR
 * in a transaction that is rolled back, which notes all of them; then each noted line leads back to
 * its record.
 */
final class BadRows {
  /** Attempts without a row named, after which none is expected; system views lag a little. */
  private static final int PATIENCE = 5;

  /** Rows that a message names. */
  private static final int NAMED = 10;

  private final Sessions sessions;
  private final RowLoad rows;
  private final S3Stage stage;
  private final LineCount lineCount;
  private final AtomicInteger unexplained = new AtomicInteger();

  BadRows(Sessions sessions, RowLoad rows, S3Stage stage, LineCount lineCount) {
    this.lineCount = lineCount;
    this.sessions = sessions;
    this.rows = rows;
    this.stage = stage;
  }

  /**
   * The refused rows of each range that has any.
   *
   * @throws FaultException if the warehouse names no row
   */
  Map<StagedRange, List<RejectedRow>> of(List<StagedRange> ranges, FaultException failure) {
    Map<StagedRange, Map<Long, RejectedRow>> found = new LinkedHashMap<>();
    try {
      sessions
          .rolledBack(
              "look for the rows that cannot be loaded", session -> rows.provoke(session, ranges))
          .forEach(refused -> add(refused, ranges, found));
    } catch (FaultException e) {
      // What the failed COPY itself has noted is then all there is.
      failure.addSuppressed(e);
    }
    List<StagedObject> objects = new ArrayList<>();
    ranges.forEach(range -> range.direct().values().forEach(objects::addAll));
    List<LoadError> errors =
        sessions.call(
            "read which rows cannot be loaded",
            session -> LoadErrors.of(session, objects, stage::uri));
    for (LoadError error : errors) {
      for (StagedRange range : ranges) {
        OptionalLong offset =
            range.offset(error.object().key(), error.line(), () -> lineCount.byRecord(sessions));
        offset.ifPresent(at -> add(range, at, error.reason(), found));
      }
    }
    if (found.isEmpty()) {
      throw unexplained.incrementAndGet() <= PATIENCE
          ? FaultException.retry(
              failure.getMessage() + ". The warehouse does not say yet which rows", failure)
          : failure;
    }
    unexplained.set(0);
    Map<StagedRange, List<RejectedRow>> rejected = new LinkedHashMap<>();
    found.forEach((range, byOffset) -> rejected.put(range, List.copyOf(byOffset.values())));
    return rejected;
  }

  private static void add(
      RowLoad.Refused refused,
      List<StagedRange> ranges,
      Map<StagedRange, Map<Long, RejectedRow>> found) {
    ranges.stream()
        .filter(range -> range.claim().partition().partition() == refused.partition())
        .forEach(range -> add(range, refused.offset(), refused.reason(), found));
  }

  private static void add(
      StagedRange range,
      long offset,
      String reason,
      Map<StagedRange, Map<Long, RejectedRow>> found) {
    found
        .computeIfAbsent(range, r -> new TreeMap<>())
        .putIfAbsent(offset, new RejectedRow(offset, reason));
  }

  /** Rows of a snapshot that a COPY has refused, the first of them, in words without values. */
  String words(List<StagedTable.Entry> entries) {
    Map<String, StagedTable.Entry> byKey = new LinkedHashMap<>();
    entries.forEach(e -> e.object().ifPresent(object -> byKey.put(object.key(), e)));
    List<StagedObject> objects = byKey.values().stream().flatMap(e -> e.object().stream()).toList();
    return sessions
        .call(
            "read which rows cannot be loaded",
            session -> LoadErrors.of(session, objects, stage::uri))
        .stream()
        .limit(NAMED)
        .map(error -> words(error, byKey.get(error.object().key())))
        .collect(Collectors.joining("; "));
  }

  private static String words(LoadError error, StagedTable.Entry entry) {
    return String.format(
        "line %d of the object staged from %s, which begins at offset %d with row %d of the"
            + " snapshot: %s",
        error.line(),
        entry.partition(),
        error.object().firstOffset(),
        error.object().firstOrdinal(),
        error.reason());
  }
}
