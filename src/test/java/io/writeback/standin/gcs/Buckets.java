package io.writeback.standin.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** Buckets and what they hold now; earlier generations are gone. */
final class Buckets {
  private static final int NAME_BYTES = 1024;

  /** A bucket. */
  record Bucket(String name, String location, NavigableMap<String, StoredBlob> objects) {
    /**
     * Objects in the order of their names.
     *
     * @param prefix that all names have
     * @param from the first name that counts, or empty
     * @param token of the page before: its last name, or empty
     * @param most that fit on a page
     */
    Page page(String prefix, String from, String token, int most) {
      String least = from.compareTo(prefix) > 0 ? from : prefix;
      List<StoredBlob> found = new ArrayList<>();
      for (StoredBlob blob :
          objects.tailMap(token.isEmpty() ? least : token, token.isEmpty()).values()) {
        if (!blob.name().startsWith(prefix)) {
          break;
        }
        if (found.size() == most) {
          return new Page(found, Optional.of(found.get(most - 1).name()));
        }
        found.add(blob);
      }
      return new Page(found, Optional.empty());
    }
  }

  /** A page of a listing and the token of the next one. */
  record Page(List<StoredBlob> objects, Optional<String> next) {}

  private final Clock clock;
  private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
  private long lastGeneration;

  Buckets(Clock clock) {
    this.clock = clock;
  }

  void create(String name, String location) {
    buckets.put(name, new Bucket(name, location, new ConcurrentSkipListMap<>()));
  }

  Optional<Bucket> find(String name) {
    return Optional.ofNullable(buckets.get(name));
  }

  Bucket get(String name) {
    return find(name)
        .orElseThrow(() -> GcsException.notFound("The specified bucket does not exist."));
  }

  StoredBlob object(String bucket, String name) {
    return Optional.ofNullable(get(bucket).objects().get(name))
        .orElseThrow(() -> GcsException.notFound("No such object: " + bucket + "/" + name));
  }

  /**
   * Whether a precondition holds now.
   *
   * @param ifGeneration 0 if there must be none, null for no condition
   */
  synchronized void require(String bucket, String name, Long ifGeneration) {
    StoredBlob there = get(bucket).objects().get(name);
    if (ifGeneration != null && ifGeneration != (there == null ? 0 : there.generation())) {
      throw GcsException.conditionNotMet();
    }
  }

  synchronized StoredBlob put(
      String bucket, String name, JsonNode announced, Long ifGeneration, byte[] bytes) {
    checkName(name);
    StoredBlob blob =
        new StoredBlob(
            bucket,
            name,
            announced.path("contentType").asText("application/octet-stream"),
            Math.max(lastGeneration + 1, clock.millis() * 1000),
            clock.instant(),
            bytes);
    blob.check(announced);
    require(bucket, name, ifGeneration);
    lastGeneration = blob.generation();
    get(bucket).objects().put(name, blob);
    return blob;
  }

  synchronized void delete(String bucket, String name, Long ifGeneration) {
    object(bucket, name);
    require(bucket, name, ifGeneration);
    get(bucket).objects().remove(name);
  }

  private static void checkName(String name) {
    if (name.isEmpty()) {
      throw new GcsException(400, "required", "Required");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES
        || name.contains("\n")
        || name.contains("\r")
        || name.equals(".")
        || name.equals("..")) {
      throw GcsException.invalid("Invalid object name: " + name);
    }
  }
}
