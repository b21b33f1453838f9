package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.job.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Load jobs by upload (documentation page "Loading data with a POST request"). A resumable upload
 * takes its job id when its last byte is there; an upload without bytes makes no job.
 */
final class UploadApi {
  private static final int QUANTUM = 256 * 1024;
  private static final Pattern RANGE = Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+|\\*)");

  private final JobApi jobs;
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private volatile URI endpoint;

  /** One resumable upload. */
  private static final class Session {
    final JsonNode resource;
    final Path file = Uploads.create();
    long received;
    ObjectNode job;

    Session(JsonNode resource) {
      this.resource = resource;
    }
  }

  UploadApi(JobApi jobs) {
    this.jobs = jobs;
  }

  void endpoint(URI uri) {
    endpoint = uri;
  }

  Answer start(ApiCall call) throws IOException {
    String type = call.query().getOrDefault("uploadType", "");
    if (type.equals("multipart")) {
      return multipart(call);
    }
    if (!type.equals("resumable")) {
      throw ApiException.invalid("Unsupported uploadType: " + type);
    }
    JsonNode resource = ApiCall.read(RequestBody.text(call.http()));
    String id = "AHx" + UUID.randomUUID();
    sessions.put(id, new Session(resource));
    String location =
        endpoint
            .resolve(
                "/upload/bigquery/v2/projects/"
                    + call.project()
                    + "/jobs?uploadType=resumable&upload_id="
                    + id)
            .toString();
    return new Answer(200, Map.of("Location", location, "X-GUploader-UploadID", id), new byte[0]);
  }

  private Answer multipart(ApiCall call) throws IOException {
    Path file = Uploads.create();
    boolean handedOver = false;
    try {
      JsonNode resource = Multipart.read(call.http(), file);
      Path upload = Files.size(file) == 0 ? null : file;
      Answer answer = Answer.json(jobs.insert(call, resource, upload).toJson());
      handedOver = upload != null;
      return answer;
    } finally {
      if (!handedOver) {
        Uploads.delete(file);
      }
    }
  }

  /** One piece of a resumable upload, or the question how much has arrived. */
  Answer chunk(ApiCall call) throws IOException {
    Session session = sessions.get(call.query().getOrDefault("upload_id", ""));
    if (session == null) {
      throw ApiException.notFound("Upload session");
    }
    synchronized (session) {
      if (session.job != null) {
        return Answer.json(session.job);
      }
      String text = call.http().header("Content-Range").orElse("bytes */*");
      Matcher range = RANGE.matcher(text);
      if (!range.matches()) {
        throw ApiException.invalid("Invalid Content-Range: " + text);
      }
      if (range.group(1) != null) {
        receive(call, session, range);
      }
      boolean last =
          !range.group(3).equals("*") && Long.parseLong(range.group(3)) == session.received;
      if (!last || session.received == 0) {
        return incomplete(session);
      }
      session.job = jobs.insert(call, session.resource, session.file).toJson();
      return Answer.json(session.job);
    }
  }

  private static void receive(ApiCall call, Session session, Matcher range) throws IOException {
    long from = Long.parseLong(range.group(1));
    long to = Long.parseLong(range.group(2)) + 1;
    boolean more = range.group(3).equals("*") || Long.parseLong(range.group(3)) != to;
    if (from > session.received) {
      throw ApiException.invalid(
          "Invalid request. The first byte is " + from + ", expected " + session.received);
    }
    if (more && (to - from) % QUANTUM != 0) {
      throw ApiException.invalid(
          "Invalid request. The number of bytes uploaded is required to be equal or greater than"
              + " 262144, except for the final request (it's recommended to be the exact multiple"
              + " of 262144).");
    }
    try (InputStream in = call.http().body();
        OutputStream out = Files.newOutputStream(session.file, StandardOpenOption.APPEND)) {
      in.skipNBytes(Math.min(session.received - from, to - from));
      session.received += in.transferTo(out);
    }
  }

  private static Answer incomplete(Session session) {
    Answer answer = new Answer(308, Map.of(), new byte[0]);
    return session.received == 0
        ? answer
        : answer.with("Range", "bytes=0-" + (session.received - 1));
  }
}
