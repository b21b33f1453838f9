package io.writeback.redshift;

import io.writeback.retry.FaultException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * The bucket. Objects are written once: a PUT carries {@code If-None-Match: *}, and where the key
 * exists already it must be our own earlier attempt, which a checksum in its metadata tells.
 *
 * <p>Safe for use by many threads. Failures are {@link FaultException}.
 */
final class S3Stage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(S3Stage.class);

  /** Most keys of a DeleteObjects request (S3 API Reference). */
  private static final int DELETE_AT_ONCE = 1000;

  private static final long CLOSE_MS = 2000;
  private static final String DIGEST = "writeback-sha256";

  private final S3Client s3;
  private final S3Settings settings;
  private final RedshiftFaults faults;
  private final ExecutorService uploads;

  /** Of their own, so that no upload waits behind a listing, or behind a lock that upkeep takes. */
  private final ExecutorService chores;

  S3Stage(S3Client s3, S3Settings settings, RedshiftFaults faults, String name) {
    this.s3 = s3;
    this.settings = settings;
    this.faults = faults;
    this.uploads = threads(settings.uploadThreads(), name + "-s3-");
    this.chores = threads(1, name + "-chores-");
  }

  private static ExecutorService threads(int count, String name) {
    AtomicInteger number = new AtomicInteger();
    return Executors.newFixedThreadPool(
        count,
        work -> {
          Thread thread = new Thread(work, name + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
  }

  String uri(String key) {
    return settings.uri(key);
  }

  /** Starts an upload. The bytes must not change or be released before it ends. */
  CompletableFuture<Void> upload(String key, ChunkedBytes bytes) {
    return CompletableFuture.runAsync(
        () ->
            putOnce(
                key,
                bytes.sha256(),
                RequestBody.fromContentProvider(
                    bytes::open, bytes.size(), "application/octet-stream")),
        uploads);
  }

  /** Writes a small object. */
  void put(String key, byte[] bytes) {
    putOnce(key, Hash.sha256(bytes), RequestBody.fromBytes(bytes));
  }

  private void putOnce(String key, String digest, RequestBody body) {
    try {
      s3.putObject(
          put ->
              put.bucket(settings.bucket())
                  .key(key)
                  .ifNoneMatch("*")
                  .metadata(Map.of(DIGEST, digest))
                  .applyMutation(this::encrypt),
          body);
    } catch (S3Exception e) {
      if (e.statusCode() != 412) {
        throw faults.of("cannot stage " + uri(key), e);
      }
      checkOurs(key, digest, body);
    } catch (SdkException e) {
      throw faults.of("cannot stage " + uri(key), e);
    }
  }

  private void encrypt(PutObjectRequest.Builder put) {
    switch (settings.encryption().mode()) {
      case "sse-s3" -> put.serverSideEncryption(ServerSideEncryption.AES256);
      case "sse-kms" -> {
        put.serverSideEncryption(ServerSideEncryption.AWS_KMS);
        settings.encryption().kmsKey().ifPresent(put::ssekmsKeyId);
      }
      default -> {
        // As the bucket has it, which is SSE-S3 unless somebody changed it.
      }
    }
  }

  private void checkOurs(String key, String digest, RequestBody body) {
    try {
      HeadObjectResponse head = s3.headObject(h -> h.bucket(settings.bucket()).key(key));
      long size = body.optionalContentLength().orElse(-1L);
      if (!digest.equals(head.metadata().get(DIGEST)) || head.contentLength() != size) {
        throw FaultException.fatal(
            uri(key)
                + " exists with other content than ours. Two workers write under one claim, or"
                + " progress tables were restored from a backup: give the connector a new"
                + " delivery.generation",
            null);
      }
    } catch (SdkException e) {
      throw faults.of("cannot look at " + uri(key), e);
    }
  }

  /** Keys below a prefix. */
  List<String> list(String prefix) {
    return listOlder(prefix, 0);
  }

  /**
   * Keys of objects below a prefix.
   *
   * @param ageMs age that they have at least, by the service's clock and ours
   */
  List<String> listOlder(String prefix, long ageMs) {
    Instant newest = ageMs == 0 ? Instant.MAX : Instant.now().minusMillis(ageMs);
    try {
      return s3.listObjectsV2Paginator(l -> l.bucket(settings.bucket()).prefix(prefix)).stream()
          .flatMap(page -> page.contents().stream())
          .filter(object -> object.lastModified().isBefore(newest))
          .map(S3Object::key)
          .toList();
    } catch (SdkException e) {
      throw faults.of("cannot list " + uri(prefix), e);
    }
  }

  /** Deletes; keys that are gone already are no failure. */
  void delete(Collection<String> keys) {
    List<String> rest = new ArrayList<>(keys);
    for (int from = 0; from < rest.size(); from += DELETE_AT_ONCE) {
      List<ObjectIdentifier> some =
          rest.subList(from, Math.min(rest.size(), from + DELETE_AT_ONCE)).stream()
              .map(key -> ObjectIdentifier.builder().key(key).build())
              .toList();
      try {
        DeleteObjectsResponse answer =
            s3.deleteObjects(
                d ->
                    d.bucket(settings.bucket())
                        .delete(Delete.builder().objects(some).quiet(true).build()));
        if (answer.hasErrors()) {
          LOG.warn(
              "S3 refused to delete {} of {} staged objects, the first with {}. A lifecycle rule on"
                  + " the prefix removes what is left",
              answer.errors().size(),
              some.size(),
              answer.errors().get(0).code());
        }
      } catch (SdkException e) {
        throw faults.of("cannot delete " + some.size() + " staged objects", e);
      }
    }
  }

  /** Deletes some time; what fails is logged, and found by listing later. */
  void deleteLater(Collection<String> keys) {
    if (!keys.isEmpty()) {
      inBackground("delete " + keys.size() + " staged objects", () -> delete(keys));
    }
  }

  /** Runs work that nobody waits for. */
  void inBackground(String what, Runnable work) {
    try {
      chores.execute(
          () -> {
            try {
              work.run();
            } catch (FaultException e) {
              LOG.warn("Could not {}: {}", what, e.getMessage());
            }
          });
    } catch (RejectedExecutionException e) {
      LOG.debug("Did not {}: closing", what);
    }
  }

  /** Gives what is under way a moment. What is not staged by then is read from Kafka again. */
  @Override
  public void close() {
    uploads.shutdown();
    chores.shutdown();
    try {
      boolean ended =
          uploads.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS)
              && chores.awaitTermination(CLOSE_MS, TimeUnit.MILLISECONDS);
      if (ended) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    uploads.shutdownNow();
    chores.shutdownNow();
  }
}
