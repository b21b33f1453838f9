package io.writeback.standin.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** All buckets, with their bytes in one directory that goes with the store. */
final class ObjectStore implements AutoCloseable {
  private final Path directory;
  private final AtomicLong files = new AtomicLong();
  private final Map<String, Bucket> buckets = new ConcurrentSkipListMap<>();

  /**
   * A store.
   *
   * @param parent where its directory is made; null for the default temporary directory
   */
  ObjectStore(Path parent) {
    try {
      directory =
          parent == null
              ? Files.createTempDirectory("s3-standin-")
              : Files.createTempDirectory(Files.createDirectories(parent), "s3-standin-");
    } catch (IOException e) {
      throw new UncheckedIOException("no directory for the objects: " + e.getMessage(), e);
    }
  }

  Path directory() {
    return directory;
  }

  Path newFile() {
    return directory.resolve(Long.toString(files.incrementAndGet()));
  }

  /** False if it exists. */
  boolean create(String bucket, Instant now) {
    return buckets.putIfAbsent(bucket, new Bucket(bucket, now)) == null;
  }

  void delete(Bucket bucket) {
    bucket.uploads().values().forEach(MultipartUpload::discard);
    buckets.remove(bucket.name(), bucket);
  }

  Bucket bucket(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new S3Error(
                    S3ErrorCode.NO_SUCH_BUCKET,
                    S3ErrorCode.NO_SUCH_BUCKET.message(),
                    Map.of("BucketName", name)));
  }

  Optional<Bucket> find(String name) {
    return Optional.ofNullable(buckets.get(name));
  }

  Collection<Bucket> buckets() {
    return buckets.values();
  }

  @Override
  public void close() {
    if (Files.notExists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
