package io.writeback.standin.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.StandIn;
import io.writeback.standin.http.HttpCall;
import io.writeback.standin.http.HttpStandInServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Cloud Storage on a loopback port. It gives no tokens out: whoever does says whose one is, such as
 * the stand-in of BigQuery.
 */
public final class GcsStandIn implements StandIn {
  private static final int PAGE = 1000;

  private final Consumer<String> authenticate;
  private final Buckets buckets;
  private final ResumableUploads uploads;
  private final FaultPlan<GcsRequest, GcsFault> plan = new FaultPlan<>();
  private final Set<String> revoked = ConcurrentHashMap.newKeySet();
  private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();
  private final HttpStandInServer server;

  private GcsStandIn(Consumer<String> authenticate, Clock clock) {
    this.authenticate = authenticate;
    this.buckets = new Buckets(clock);
    this.uploads = new ResumableUploads(buckets);
    this.server = HttpStandInServer.start("gcs", 0, this::handle);
  }

  /**
   * Starts a service without buckets.
   *
   * @param authenticate looks at an Authorization header; throws if it is nobody's
   * @param clock of generations and times of creation
   */
  public static GcsStandIn start(Consumer<String> authenticate, Clock clock) {
    return new GcsStandIn(authenticate, clock);
  }

  @Override
  public URI endpoint() {
    return server.endpoint();
  }

  public void createBucket(String name, String location) {
    buckets.create(name, location);
  }

  /** Where a bucket is; empty if there is none. */
  public Optional<String> location(String bucket) {
    return buckets.find(bucket).map(Buckets.Bucket::location);
  }

  /** Bytes of an object by its gs:// address. */
  public Optional<byte[]> read(String uri) {
    URI address = URI.create(uri);
    return buckets
        .find(address.getHost() == null ? address.getAuthority() : address.getHost())
        .map(bucket -> bucket.objects().get(address.getPath().substring(1)))
        .map(StoredBlob::bytes);
  }

  /** Names of what a bucket holds. */
  public Set<String> names(String bucket) {
    return new TreeSet<>(buckets.get(bucket).objects().keySet());
  }

  /** As if somebody had written it, whatever was there. */
  public void put(String bucket, String name, byte[] bytes) {
    buckets.put(bucket, name, JsonNodeFactory.instance.objectNode(), null, bytes.clone());
  }

  /** As if somebody had deleted everything. */
  public void empty(String bucket) {
    buckets.get(bucket).objects().clear();
  }

  public FaultPlan<GcsRequest, GcsFault> faults() {
    return plan;
  }

  /** Takes a permission from everybody, such as {@code storage.objects.create}. */
  public void revoke(String permission) {
    revoked.add(permission);
  }

  /** Gives a permission back. */
  public void grant(String permission) {
    revoked.remove(permission);
  }

  public boolean denies(String permission) {
    return revoked.contains(permission);
  }

  /** How often a method has been called, such as {@code objects.insert}. */
  public long calls(String operation) {
    LongAdder count = calls.get(operation);
    return count == null ? 0 : count.sum();
  }

  @Override
  public void close() {
    server.close();
  }

  private void handle(HttpCall http) throws IOException {
    GcsFault fault = null;
    Reply reply;
    try {
      GcsCall call = GcsCall.of(http);
      calls.computeIfAbsent(call.operation(), o -> new LongAdder()).increment();
      fault = plan.next(new GcsRequest(call.operation(), call.object())).orElse(null);
      if (fault instanceof GcsFault.CutBefore) {
        http.cut();
        return;
      }
      if (fault instanceof GcsFault.Refused refused) {
        throw new GcsException(refused.status(), refused.reason(), refused.message());
      }
      authenticate(http);
      reply = answer(call.suffering(fault));
    } catch (GcsException e) {
      reply = Reply.json(e.status(), e.body());
    }
    if (fault instanceof GcsFault.AnswerLost) {
      http.cut();
    } else if (fault instanceof GcsFault.Silent silent) {
      await(silent.release());
      http.cut();
    } else {
      http.respond(reply.status(), reply.headers(), reply.body());
    }
  }

  private static void await(CountDownLatch release) {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void authenticate(HttpCall http) {
    try {
      authenticate.accept(http.header("Authorization").orElse(null));
    } catch (RuntimeException e) {
      throw new GcsException(401, "authError", "Invalid Credentials");
    }
  }

  private Reply answer(GcsCall call) throws IOException {
    return switch (call.operation()) {
      case "buckets.get" -> bucket(call);
      case "objects.insert" -> insert(call);
      case "upload.start" -> start(call);
      case "upload.chunk" -> chunk(call);
      case "objects.get" -> get(call);
      case "objects.list" -> list(call);
      default -> delete(call);
    };
  }

  private void require(String permission) {
    if (denies(permission)) {
      throw new GcsException(
          403,
          "forbidden",
          "The caller does not have "
              + permission
              + " access to the Google Cloud Storage resource. Permission '"
              + permission
              + "' denied on resource (or it may not exist).");
    }
  }

  private Reply bucket(GcsCall call) {
    require("storage.buckets.get");
    Buckets.Bucket bucket = buckets.get(call.bucket());
    return Reply.json(
        200,
        JsonNodeFactory.instance
            .objectNode()
            .put("kind", "storage#bucket")
            .put("name", bucket.name())
            .put("location", bucket.location()));
  }

  private Reply insert(GcsCall call) throws IOException {
    require("storage.objects.create");
    buckets.get(call.bucket());
    if (!call.query("uploadType").equals("multipart")) {
      throw GcsException.invalid("Unsupported uploadType: " + call.query("uploadType"));
    }
    GcsCall.Parts parts = call.parts();
    return Reply.json(
        200,
        buckets
            .put(
                call.bucket(),
                name(call, parts.metadata()),
                parts.metadata(),
                call.ifGeneration(),
                parts.bytes())
            .resource());
  }

  private static String name(GcsCall call, JsonNode metadata) {
    return call.query("name").isEmpty() ? metadata.path("name").asText("") : call.query("name");
  }

  private Reply start(GcsCall call) throws IOException {
    require("storage.objects.create");
    buckets.get(call.bucket());
    JsonNode metadata = GcsCall.json(call.body());
    String id = uploads.start(call, name(call, metadata), metadata);
    String location =
        endpoint().resolve(call.http().path() + "?uploadType=resumable&upload_id=" + id).toString();
    return new Reply(200, Map.of("Location", location, "X-GUploader-UploadID", id), new byte[0]);
  }

  private Reply chunk(GcsCall call) throws IOException {
    ResumableUploads.Progress progress = uploads.piece(call);
    if (progress.stored().isPresent()) {
      return Reply.json(200, progress.stored().get().resource());
    }
    return new Reply(
        308,
        progress.received() == 0
            ? Map.of()
            : Map.of("Range", "bytes=0-" + (progress.received() - 1)),
        new byte[0]);
  }

  private Reply get(GcsCall call) {
    require("storage.objects.get");
    StoredBlob blob = buckets.object(call.bucket(), call.object());
    return call.query("alt").equals("media")
        ? new Reply(200, Map.of("Content-Type", blob.contentType()), blob.bytes())
        : Reply.json(200, blob.resource());
  }

  private Reply list(GcsCall call) {
    require("storage.objects.list");
    int most =
        call.query("maxResults").isEmpty()
            ? PAGE
            : Math.min(PAGE, Integer.parseInt(call.query("maxResults")));
    Buckets.Page found =
        buckets
            .get(call.bucket())
            .page(call.query("prefix"), call.query("startOffset"), call.query("pageToken"), most);
    ObjectNode page = JsonNodeFactory.instance.objectNode().put("kind", "storage#objects");
    if (!found.objects().isEmpty()) {
      ArrayNode items = page.putArray("items");
      found.objects().forEach(blob -> items.add(blob.resource()));
    }
    found.next().ifPresent(token -> page.put("nextPageToken", token));
    return Reply.json(200, page);
  }

  private Reply delete(GcsCall call) {
    require("storage.objects.delete");
    buckets.delete(call.bucket(), call.object(), call.ifGeneration());
    return new Reply(204, Map.of(), new byte[0]);
  }

  private record Reply(int status, Map<String, String> headers, byte[] body) {
    static Reply json(int status, JsonNode body) {
      return new Reply(
          status,
          Map.of("Content-Type", "application/json; charset=UTF-8"),
          body.toString().getBytes(StandardCharsets.UTF_8));
    }
  }
}
