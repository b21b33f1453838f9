package io.writeback.standin.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stand-in seen from the same JVM: by tests, and by the stand-ins that read from S3. */
public final class S3View {
  /**
   * An object's facts.
   *
   * @param etag without quotes
   * @param headers as kept, names in lower case
   */
  public record Facts(
      String key, long size, String etag, Map<String, String> headers, Map<String, String> tags) {}

  private final ObjectStore store;
  private final S3Counts counts;

  S3View(ObjectStore store, S3Counts counts) {
    this.store = store;
    this.counts = counts;
  }

  public boolean bucketExists(String bucket) {
    return store.find(bucket).isPresent();
  }

  /**
   * Keys under a prefix, in S3's order.
   *
   * @throws S3Error if there is no such bucket
   */
  public List<String> keys(String bucket, String prefix) {
    return store.bucket(bucket).keys(prefix);
  }

  public Optional<Facts> find(String bucket, String key) {
    return store
        .bucket(bucket)
        .find(key)
        .map(o -> new Facts(o.key(), o.size(), o.etag(), o.headers().stored(), o.headers().tags()));
  }

  /** Opens an object; a later overwrite or delete does not disturb the stream. */
  public Optional<InputStream> open(String bucket, String key) {
    try {
      return store.bucket(bucket).open(key).map(Bucket.Opened::content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * An object's bytes.
   *
   * @throws S3Error if there is no such object
   */
  public byte[] read(String bucket, String key) {
    try (InputStream in =
        open(bucket, key).orElseThrow(() -> new S3Error(S3ErrorCode.NO_SUCH_KEY))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes an object behind every client's back, as a lifecycle rule would. */
  public void remove(String bucket, String key) {
    store.bucket(bucket).delete(key);
  }

  /** Makes an object older than it is. */
  public void age(String bucket, String key, Duration by) {
    store.bucket(bucket).age(key, by);
  }

  /** Uploads under way. */
  public int multipartUploads(String bucket) {
    return store.bucket(bucket).uploads().size();
  }

  /** Objects written by PutObject so far, answered or not. */
  public long puts() {
    return counts.doneOf(S3Operation.PUT_OBJECT);
  }

  /** Requests that arrived, whatever became of them. */
  public long requests(S3Operation operation) {
    return counts.arrivedOf(operation);
  }

  /** Requests that had their effect, even if the answer was lost. */
  public long effects(S3Operation operation) {
    return counts.doneOf(operation);
  }
}
