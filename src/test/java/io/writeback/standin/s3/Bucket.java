package io.writeback.standin.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The objects of a bucket. What a call wrote is seen by every later call. */
final class Bucket {
  /** UTF-8 binary order, which is code point order and not that of Java's strings. */
  static final Comparator<String> KEY_ORDER =
      (a, b) -> {
        int i = 0;
        while (i < a.length() && i < b.length()) {
          int left = a.codePointAt(i);
          int right = b.codePointAt(i);
          if (left != right) {
            return Integer.compare(left, right);
          }
          i += Character.charCount(left);
        }
        return Integer.compare(a.length(), b.length());
      };

  /** An object together with its open content, which a later overwrite cannot take away. */
  record Opened(StoredObject object, InputStream content) {}

  private final String name;
  private final Instant created;
  private final TreeMap<String, StoredObject> objects = new TreeMap<>(KEY_ORDER);
  private final Set<ConditionalWrite> running = new HashSet<>();
  private final Map<String, MultipartUpload> uploads = new ConcurrentSkipListMap<>();

  Bucket(String name, Instant created) {
    this.name = name;
    this.created = created;
  }

  String name() {
    return name;
  }

  Instant created() {
    return created;
  }

  Map<String, MultipartUpload> uploads() {
    return uploads;
  }

  /** Begins a write whose condition is judged when it commits. */
  synchronized ConditionalWrite begin(WriteCondition condition, String key) {
    ConditionalWrite write = new ConditionalWrite(this, condition, key);
    running.add(write);
    return write;
  }

  synchronized void end(ConditionalWrite write) {
    running.remove(write);
  }

  synchronized void commit(ConditionalWrite write, StoredObject object) {
    write.condition().check(Optional.ofNullable(objects.get(object.key())), write.conflicted());
    StoredObject before = objects.put(object.key(), object);
    if (before != null) {
      deleteFile(before);
    }
  }

  synchronized void delete(String key) {
    StoredObject before = objects.remove(key);
    if (before != null) {
      deleteFile(before);
      running.stream().filter(write -> write.key().equals(key)).forEach(ConditionalWrite::conflict);
    }
  }

  /** Makes an object look as if it had been written earlier. */
  synchronized void age(String key, Duration by) {
    objects.computeIfPresent(key, (k, object) -> object.modified(object.modified().minus(by)));
  }

  synchronized Optional<StoredObject> find(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  synchronized Optional<Opened> open(String key) throws IOException {
    StoredObject object = objects.get(key);
    return object == null
        ? Optional.empty()
        : Optional.of(new Opened(object, Files.newInputStream(object.file())));
  }

  synchronized boolean isEmpty() {
    return objects.isEmpty();
  }

  /** The first object whose key comes after (or at) the given one. */
  synchronized Optional<StoredObject> next(String key, boolean inclusive) {
    Map.Entry<String, StoredObject> entry =
        inclusive ? objects.ceilingEntry(key) : objects.higherEntry(key);
    return Optional.ofNullable(entry).map(Map.Entry::getValue);
  }

  synchronized List<String> keys(String prefix) {
    List<String> keys = new ArrayList<>();
    for (String key : objects.tailMap(prefix).keySet()) {
      if (!key.startsWith(prefix)) {
        break;
      }
      keys.add(key);
    }
    return keys;
  }

  private static void deleteFile(StoredObject object) {
    try {
      Files.deleteIfExists(object.file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
