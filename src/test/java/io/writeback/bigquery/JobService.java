package io.writeback.bigquery;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.testing.http.MockLowLevelHttpRequest;
import com.google.api.client.testing.http.MockLowLevelHttpResponse;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.JobStatistics;
import com.google.api.services.bigquery.model.JobStatistics3;
import com.google.api.services.bigquery.model.JobStatus;
import io.writeback.sink.Target;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;

/**
 * The jobs of BigQuery in memory, behind the wire that the client speaks: an id is taken once, a
 * load lands all of its lines or none. What happens before and after each effect is up to a test:
 * an answer that is lost, a crash, another owner's move.
 */
final class JobService extends HttpTransport {
  private static final GsonFactory JSON = GsonFactory.getDefaultInstance();

  final Map<String, Job> jobs = new LinkedHashMap<>();
  final Map<Target, List<String>> tables = new HashMap<>();
  final List<String> calls = new ArrayList<>();

  /** Called with the number of the call, from 1, before and after its effect. */
  Hook before = call -> {};

  Hook after = call -> {};

  /** Why a load with these lines fails; null if it does not. */
  Function<List<String>, ErrorProto> refuses = lines -> null;

  /** State in which a job is born; a test moves it on. */
  String born = "DONE";

  /** Status that reading a job answers instead, for these ids. */
  final Map<String, Integer> unreadable = new HashMap<>();

  /** What happens around a call. */
  @FunctionalInterface
  interface Hook {
    void at(int call) throws IOException;
  }

  Bigquery client() {
    return new Bigquery.Builder(this, JSON, request -> {})
        .setRootUrl("http://localhost/")
        .setApplicationName("test")
        .build();
  }

  List<String> table(String name) {
    return tables.getOrDefault(new Target("d", name), List.of());
  }

  @Override
  protected LowLevelHttpRequest buildRequest(String method, String url) {
    return new MockLowLevelHttpRequest(url) {
      @Override
      public LowLevelHttpResponse execute() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (getStreamingContent() != null) {
          getStreamingContent().writeTo(body);
        }
        byte[] bytes =
            "gzip".equals(getContentEncoding()) ? gunzip(body.toByteArray()) : body.toByteArray();
        return handle(method, URI.create(url), bytes, getContentType());
      }
    };
  }

  private LowLevelHttpResponse handle(String method, URI url, byte[] body, String type)
      throws IOException {
    calls.add(method + " " + url.getPath());
    int call = calls.size();
    before.at(call);
    MockLowLevelHttpResponse response =
        method.equals("GET")
            ? read(url.getPath().substring(url.getPath().lastIndexOf('/') + 1))
            : insert(url, body, type);
    after.at(call);
    return response;
  }

  private MockLowLevelHttpResponse read(String id) throws IOException {
    if (unreadable.containsKey(id)) {
      return error(unreadable.get(id), "accessDenied", "Access Denied: Job " + id);
    }
    Job job = jobs.get(id);
    return job == null ? error(404, "notFound", "Not found: Job " + id) : ok(job);
  }

  private MockLowLevelHttpResponse insert(URI url, byte[] body, String type) throws IOException {
    List<String> lines = List.of();
    byte[] json = body;
    if (url.getPath().startsWith("/upload/")) {
      String boundary = "--" + type.replaceAll(".*boundary=\"?([^\";]+)\"?.*", "$1");
      String[] parts = new String(body, StandardCharsets.ISO_8859_1).split(boundary, -1);
      json = content(parts[1]);
      lines = new String(gunzip(content(parts[2])), StandardCharsets.UTF_8).lines().toList();
    }
    Job job = JSON.createJsonParser(new ByteArrayInputStream(json)).parse(Job.class);
    String id = job.getJobReference().getJobId();
    if (jobs.containsKey(id)) {
      return error(409, "duplicate", "Already Exists: Job " + id);
    }
    job.setStatus(new JobStatus().setState(born));
    if (job.getConfiguration().getLoad() != null) {
      ErrorProto refusal = refuses.apply(lines);
      if (refusal != null) {
        job.getStatus().setErrorResult(refusal).setErrors(List.of(refusal));
      } else {
        String table = job.getConfiguration().getLoad().getDestinationTable().getTableId();
        tables.computeIfAbsent(new Target("d", table), t -> new ArrayList<>()).addAll(lines);
        job.setStatistics(
            new JobStatistics().setLoad(new JobStatistics3().setOutputRows((long) lines.size())));
      }
    }
    jobs.put(id, job);
    return ok(job);
  }

  private static byte[] content(String part) {
    String content = part.substring(part.indexOf("\r\n\r\n") + 4);
    return content.substring(0, content.lastIndexOf("\r\n")).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] gunzip(byte[] bytes) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MockLowLevelHttpResponse ok(Job job) throws IOException {
    return new MockLowLevelHttpResponse()
        .setStatusCode(200)
        .setContentType("application/json")
        .setContent(JSON.toByteArray(job));
  }

  private static MockLowLevelHttpResponse error(int code, String reason, String message) {
    return new MockLowLevelHttpResponse()
        .setStatusCode(code)
        .setContentType("application/json")
        .setContent(
            String.format(
                "{\"error\":{\"code\":%d,\"message\":\"%s\",\"errors\":[{\"reason\":\"%s\"}]}}",
                code, message, reason));
  }
}
