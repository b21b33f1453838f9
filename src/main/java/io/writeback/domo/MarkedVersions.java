package io.writeback.domo;

import io.writeback.domo.DomoApi.Mark;
import io.writeback.domo.DomoException.Kind;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells versions apart by the best mark that Domo keeps of the DataSet, and by its metadata where
 * it keeps none. A mark does not move with mere metadata, and two versions of one second differ in
 * it.
 *
 * <p>The token begins with the kind of its mark. So it differs when the kind does, the version is
 * read again, and its content hash decides whether it is new. The rest of the token is what the
 * metadata say of the data, for changes that pass a stream by or drop a part of the history.
 *
 * <p>Only a definite answer gives up a mark, for that DataSet and until the next start. An outage
 * does not: the kind would change back and forth with it, and every change costs a download.
 */
final class MarkedVersions implements VersionDetector {
  private static final Logger LOG = LoggerFactory.getLogger(MarkedVersions.class);

  private final DomoApi api;
  private final List<Mark> marks;
  private final Map<String, Integer> givenUp = new HashMap<>();
  private final Set<Mark> told = EnumSet.noneOf(Mark.class);
  private final VersionDetector otherwise = VersionDetector.metadata();

  MarkedVersions(DomoApi api) {
    this.api = api;
    this.marks = api.marks();
  }

  @Override
  public DatasetVersion versionOf(DatasetInfo info) {
    for (int i = givenUp.getOrDefault(info.id(), 0); i < marks.size(); i++) {
      Optional<Long> newest = newest(marks.get(i), info.id());
      if (newest.isPresent()) {
        return version(marks.get(i), newest.get(), info);
      }
      givenUp.put(info.id(), i + 1);
    }
    return otherwise.versionOf(info);
  }

  /** Every upload is in the history, but not every one comes through the stream. */
  private static DatasetVersion version(Mark mark, long newest, DatasetInfo info) {
    Instant time = VersionDetector.time(info);
    String moment = mark == Mark.UPLOAD ? "" : time + "/";
    return new DatasetVersion(
        mark.letter() + ":" + newest + "/" + moment + VersionDetector.content(info), time);
  }

  private Optional<Long> newest(Mark mark, String dataset) {
    try {
      Optional<Long> newest = api.newest(mark, dataset);
      if (newest.isEmpty()) {
        LOG.debug("Domo shows no {} of DataSet {}", mark.words(), dataset);
      }
      return newest;
    } catch (DomoException e) {
      if (!definite(e.kind())) {
        throw e;
      }
      if (told.add(mark)) {
        LOG.warn(
            "The {} of DataSet {} cannot be read, so its versions are told apart by less; the same"
                + " for other DataSets is not logged again: {}",
            mark.words(),
            dataset,
            e.getMessage());
      }
      return Optional.empty();
    }
  }

  private static boolean definite(Kind kind) {
    return switch (kind) {
      case TOKEN, FORBIDDEN, NOT_FOUND, REFUSED -> true;
      case NETWORK, TIMEOUT, THROTTLED, SERVER, CREDENTIALS, SCOPE -> false;
    };
  }
}
