package io.writeback.standin.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Uploads in pieces (documentation page "Perform resumable uploads"). */
final class ResumableUploads {
  private static final int QUANTUM = 256 * 1024;
  private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+|\\*)");

  private final Buckets buckets;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();

  private static final class Session {
    final String bucket;
    final String name;
    final JsonNode metadata;
    final Long ifGeneration;
    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    StoredBlob done;

    Session(String bucket, String name, JsonNode metadata, Long ifGeneration) {
      this.bucket = bucket;
      this.name = name;
      this.metadata = metadata;
      this.ifGeneration = ifGeneration;
    }
  }

  /**
   * What a piece came to.
   *
   * @param stored the object, once it is whole
   * @param received bytes that have arrived
   */
  record Progress(Optional<StoredBlob> stored, int received) {}

  ResumableUploads(Buckets buckets) {
    this.buckets = buckets;
  }

  /** Begins one; the condition is looked at now, and again in the end. */
  String start(GcsCall call, String name, JsonNode metadata) {
    buckets.require(call.bucket(), name, call.ifGeneration());
    String id = UUID.randomUUID().toString();
    sessions.put(id, new Session(call.bucket(), name, metadata, call.ifGeneration()));
    return id;
  }

  Progress piece(GcsCall call) throws IOException {
    Session session = sessions.get(call.query("upload_id"));
    if (session == null) {
      throw new GcsException(410, "gone", "The requested upload is gone.");
    }
    synchronized (session) {
      if (session.done != null) {
        return new Progress(Optional.of(session.done), session.received.size());
      }
      String text = call.http().header("Content-Range").orElse("bytes */*");
      Matcher range = RANGE.matcher(text);
      if (!range.matches()) {
        throw GcsException.invalid("Failed to parse Content-Range header.");
      }
      if (range.group(1) != null) {
        receive(call, session, range);
      }
      boolean whole =
          !range.group(3).equals("*") && Long.parseLong(range.group(3)) == session.received.size();
      if (whole) {
        session.done =
            buckets.put(
                session.bucket,
                session.name,
                session.metadata,
                session.ifGeneration,
                session.received.toByteArray());
      }
      return new Progress(Optional.ofNullable(session.done), session.received.size());
    }
  }

  private static void receive(GcsCall call, Session session, Matcher range) throws IOException {
    long from = Long.parseLong(range.group(1));
    long to = Long.parseLong(range.group(2)) + 1;
    boolean more = range.group(3).equals("*") || Long.parseLong(range.group(3)) != to;
    int have = session.received.size();
    if (from > have) {
      throw new GcsException(503, "backendError", "Invalid request. The first byte is " + from);
    }
    if (more && (to - from) % QUANTUM != 0) {
      throw GcsException.invalid(
          "Invalid request. There were "
              + (to - from)
              + " byte(s) in the request body. There should have been a multiple of "
              + QUANTUM
              + ".");
    }
    byte[] bytes = call.arrived(call.body());
    int known = (int) Math.min(have - from, bytes.length);
    session.received.write(bytes, known, bytes.length - known);
  }
}
