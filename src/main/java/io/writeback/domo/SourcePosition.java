package io.writeback.domo;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far a DataSet has been sent: its source offset. The only code that knows the names in the
 * partition and offset maps.
 *
 * @param config fingerprint of the settings under which it was sent, or null
 * @param version token of the last complete snapshot, or null before the first
 * @param versionTimeMs its time by Domo's clock, or null
 * @param snapshot its id, or null
 * @param rows number of rows read for it, or -1
 * @param hash its content hash, or null
 * @param progress a snapshot that has begun after it and is not complete
 */
record SourcePosition(
    String config,
    String version,
    Long versionTimeMs,
    String snapshot,
    long rows,
    String hash,
    Optional<Progress> progress) {
  static final String DATASET = "dataset";
  static final String VERSION = "version";
  static final String HASH = "hash";

  private static final long FORMAT = 1;

  /** Nothing has been sent. */
  static final SourcePosition NONE =
      new SourcePosition(null, null, null, null, -1, null, Optional.empty());

  /**
   * A snapshot under way.
   *
   * @param hash of the row sequence
   * @param row ordinal of the last row sent
   */
  record Progress(String snapshot, String version, String hash, long row) {}

  /**
   * The source partition: one key only, because Connect stores the JSON of the map in the map's own
   * order, and a second key would make two different keys of the same partition.
   */
  static Map<String, String> partition(String dataset) {
    return Map.of(DATASET, dataset.toLowerCase(Locale.ROOT));
  }

  /** Reads an offset; numbers come back as any kind of Number. */
  static SourcePosition of(Map<String, ?> offset) {
    if (offset == null) {
      return NONE;
    }
    String inSnapshot = text(offset, "in.snapshot");
    return new SourcePosition(
        text(offset, "config"),
        text(offset, VERSION),
        offset.get("version.time") instanceof Number time ? (Long) time.longValue() : null,
        text(offset, "snapshot"),
        number(offset, "rows", -1),
        text(offset, HASH),
        inSnapshot == null
            ? Optional.empty()
            : Optional.of(
                new Progress(
                    inSnapshot,
                    text(offset, "in.version"),
                    text(offset, "in.hash"),
                    number(offset, "in.row", 0))));
  }

  /** Whether anything of the DataSet was ever sent and committed. */
  boolean isNone() {
    return version == null && progress.isEmpty();
  }

  /** The offset of a manifest: this position without progress. */
  Map<String, Object> manifestOffset() {
    Map<String, Object> offset = new LinkedHashMap<>();
    offset.put("fmt", FORMAT);
    put(offset, "config", config);
    put(offset, VERSION, version);
    put(offset, "version.time", versionTimeMs);
    put(offset, "snapshot", snapshot);
    if (rows >= 0) {
      offset.put("rows", rows);
    }
    put(offset, HASH, hash);
    return offset;
  }

  /** What all row offsets of a snapshot share: the position before it and its identity. */
  RowOffset.Base rowOffsets(
      String currentConfig, String inSnapshot, String inVersion, String hash) {
    Map<String, Object> shared = manifestOffset();
    shared.put("config", currentConfig);
    shared.put("in.snapshot", inSnapshot);
    shared.put("in.version", inVersion);
    shared.put("in.hash", hash);
    return new RowOffset.Base(shared, "in.row");
  }

  private static void put(Map<String, Object> offset, String key, Object value) {
    if (value != null) {
      offset.put(key, value);
    }
  }

  private static String text(Map<String, ?> offset, String key) {
    Object value = offset.get(key);
    return value == null ? null : value.toString();
  }

  private static long number(Map<String, ?> offset, String key, long otherwise) {
    return offset.get(key) instanceof Number number ? number.longValue() : otherwise;
  }
}
