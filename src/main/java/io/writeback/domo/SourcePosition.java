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
 * @param cursor up to which row everything was read by its cursor, if any was
 * @param described the DataSet's {@link DatasetDescription}, or null if nobody will need it
 * @param recheckMs when the version must be looked at again, because it was sent while Domo may
 *     still have shown older data under its name; or null
 */
record SourcePosition(
    String config,
    String version,
    Long versionTimeMs,
    String snapshot,
    long rows,
    String hash,
    Optional<Progress> progress,
    Optional<Cursor> cursor,
    String described,
    Long recheckMs) {
  static final String DATASET = "dataset";
  static final String VERSION = "version";
  static final String HASH = "hash";
  static final String CURSOR = "cursor";
  static final String CURSOR_KEY = "cursor.key";

  private static final String DESCRIBED = "described";
  private static final String RECHECK = "recheck";
  private static final String GONE = "gone:";
  private static final long FORMAT = 1;

  /** Nothing has been sent. */
  static final SourcePosition NONE =
      new SourcePosition(null, null, null, null, -1, null, Optional.empty());

  SourcePosition(
      String config,
      String version,
      Long versionTimeMs,
      String snapshot,
      long rows,
      String hash,
      Optional<Progress> progress) {
    this(
        config,
        version,
        versionTimeMs,
        snapshot,
        rows,
        hash,
        progress,
        Optional.empty(),
        null,
        null);
  }

  /**
   * The last row that was read, by its cursor.
   *
   * @param value of the cursor column: a Long, or the text of any other type
   * @param key of the tiebreak column likewise, or null without one
   * @param columns fingerprint of the columns it was read with, or null
   */
  record Cursor(Object value, Object key, String columns) {
    @Override
    public String toString() {
      return "{"
          + CURSOR
          + ": "
          + value
          + (key == null ? "" : ", " + CURSOR_KEY + ": " + key)
          + "}";
    }
  }

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
        whole(offset, "version.time"),
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
                    number(offset, "in.row", 0))),
        cursor(offset),
        text(offset, DESCRIBED),
        whole(offset, RECHECK));
  }

  /** The cursor in an offset. */
  static Optional<Cursor> cursor(Map<String, ?> offset) {
    Object value = primitive(offset.get(CURSOR));
    return value == null
        ? Optional.empty()
        : Optional.of(
            new Cursor(value, primitive(offset.get(CURSOR_KEY)), text(offset, "columns")));
  }

  /** Whole numbers come back in the smallest type that holds them. */
  private static Object primitive(Object value) {
    return value instanceof Number number ? (Object) number.longValue() : value;
  }

  /** Whether anything of the DataSet was ever sent and committed. */
  boolean isNone() {
    return version == null && progress.isEmpty() && cursor.isEmpty() && config == null;
  }

  /** This position for reading whole versions. */
  SourcePosition withoutCursor() {
    return new SourcePosition(
        config,
        version,
        versionTimeMs,
        snapshot,
        rows,
        hash,
        progress,
        Optional.empty(),
        described,
        recheckMs);
  }

  /** The token of the empty version that follows this one when the DataSet is gone. */
  String goneToken() {
    return GONE + snapshot;
  }

  /** Whether the last thing sent was that the DataSet is gone. */
  boolean isGone() {
    return version != null && isGone(version);
  }

  static boolean isGone(String token) {
    return token.startsWith(GONE);
  }

  /** This position, after rows up to the cursor; null for none yet. */
  SourcePosition at(String currentConfig, Cursor reached) {
    return new SourcePosition(
        currentConfig,
        version,
        versionTimeMs,
        snapshot,
        rows,
        hash,
        Optional.empty(),
        Optional.ofNullable(reached),
        described,
        null);
  }

  /** What all offsets of rows read by their cursor share; {@link #put} adds the cursor. */
  Map<String, Object> cursorOffsets(String currentConfig) {
    Map<String, Object> shared = at(currentConfig, null).manifestOffset();
    return Map.copyOf(shared);
  }

  /** Adds a cursor, unless it is null. */
  static void put(Map<String, Object> offset, Cursor cursor) {
    if (cursor != null) {
      offset.put(CURSOR, cursor.value());
      put(offset, CURSOR_KEY, cursor.key());
      put(offset, "columns", cursor.columns());
    }
  }

  /** The offset of a manifest, or of a row read by its cursor: this position, no progress. */
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
    put(offset, cursor.orElse(null));
    put(offset, DESCRIBED, described);
    put(offset, RECHECK, recheckMs);
    return offset;
  }

  /**
   * What all row offsets of a snapshot share: the position before it and its identity. A snapshot
   * whose row sequence has no hash (yet) cannot be resumed, so its rows leave the position alone.
   */
  RowOffset.Base rowOffsets(
      String currentConfig, String inSnapshot, String inVersion, String hash) {
    if (hash == null) {
      return new RowOffset.Base(manifestOffset(), null);
    }
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

  private static Long whole(Map<String, ?> offset, String key) {
    return offset.get(key) instanceof Number number ? (Long) number.longValue() : null;
  }

  private static long number(Map<String, ?> offset, String key, long otherwise) {
    return offset.get(key) instanceof Number number ? number.longValue() : otherwise;
  }
}
