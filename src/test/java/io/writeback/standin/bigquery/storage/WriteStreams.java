package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.cloud.bigquery.storage.v1.WriteStream.Type;
import com.google.rpc.Code;
import io.writeback.standin.bigquery.catalog.TableId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** All streams: their names, their lives, and how many may be made. Safe for many threads. */
final class WriteStreams {
  private static final Pattern TABLE =
      Pattern.compile("projects/([^/]+)/datasets/([^/]+)/tables/([^/]+)");
  private static final Pattern STREAM =
      Pattern.compile("(" + TABLE.pattern() + ")/(?:streams/([^/]+)|_default)");

  /** Limits per project and hour (documentation page "Quotas and limits", Storage Write API). */
  private static final int CREATIONS_PER_HOUR = 10_000;

  private static final Duration COMMITTED_TTL = Duration.ofDays(3);
  private static final Duration BUFFERED_TTL = Duration.ofDays(7);

  private final InstantSource clock;
  private final ConcurrentMap<String, WriteStreamState> streams = new ConcurrentHashMap<>();
  private final Map<String, Deque<Instant>> creations = new HashMap<>();

  WriteStreams(InstantSource clock) {
    this.clock = clock;
  }

  static TableId table(String name) {
    Matcher matcher = TABLE.matcher(name);
    if (!matcher.matches()) {
      throw StorageErrors.invalid("Not a table name: " + name);
    }
    return new TableId(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /** The table of a stream, default or not. */
  static TableId tableOfStream(String name) {
    Matcher matcher = STREAM.matcher(name);
    if (!matcher.matches()) {
      throw StorageErrors.invalid("Not a stream name: " + name);
    }
    return table(matcher.group(1));
  }

  static boolean isDefault(String name) {
    return name.endsWith("/_default");
  }

  /** Makes a stream. Its name is the service's choice. */
  WriteStreamState create(String table, String incarnation, Type type) {
    if (type == Type.TYPE_UNSPECIFIED || type == Type.UNRECOGNIZED) {
      throw StorageErrors.invalid("The stream type must be COMMITTED, PENDING or BUFFERED");
    }
    TableId id = table(table);
    countCreation(id.project());
    String name = table + "/streams/Cic" + UUID.randomUUID().toString().replace("-", "");
    WriteStreamState stream = new WriteStreamState(name, id, incarnation, type, clock.instant());
    streams.put(name, stream);
    return stream;
  }

  private synchronized void countCreation(String project) {
    Deque<Instant> recent = creations.computeIfAbsent(project, p -> new ArrayDeque<>());
    Instant now = clock.instant();
    while (!recent.isEmpty() && recent.peekFirst().plus(Duration.ofHours(1)).isBefore(now)) {
      recent.removeFirst();
    }
    if (recent.size() >= CREATIONS_PER_HOUR) {
      throw StorageErrors.plain(
          Code.RESOURCE_EXHAUSTED, "Exceeds quota CreateWriteStream requests per hour");
    }
    recent.addLast(now);
  }

  /**
   * A stream that was created for this table and has not expired. The streams of a table end with
   * it, whatever has its name later.
   */
  WriteStreamState get(String name, StorageTables.StorageTable table) {
    WriteStreamState stream = streams.get(name);
    if (stream == null
        || (stream.table().equals(table.id()) && !stream.incarnation().equals(table.incarnation()))
        || stream.used().plus(ttl(stream.type())).isBefore(clock.instant())) {
      throw StorageErrors.streamNotFound(name);
    }
    return stream;
  }

  private static Duration ttl(Type type) {
    return type == Type.COMMITTED ? COMMITTED_TTL : BUFFERED_TTL;
  }

  /** Throws: the operation is not for default streams. */
  static void refuseDefault(String name, String operation) {
    if (isDefault(name)) {
      throw StorageErrors.detailed(
          Code.INVALID_ARGUMENT,
          StorageErrorCode.INVALID_STREAM_TYPE,
          name,
          operation + " is not supported on the _default stream.");
    }
  }
}
