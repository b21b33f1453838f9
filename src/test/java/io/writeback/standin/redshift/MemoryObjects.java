package io.writeback.standin.redshift;

import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** One bucket in memory, open to one pair of keys. */
final class MemoryObjects implements ObjectSource {
  static final String BUCKET = "stage";
  static final AwsKeys KEYS = AwsKeys.of("AKIATEST", "secret");
  static final String AUTH = " ACCESS_KEY_ID 'AKIATEST' SECRET_ACCESS_KEY 'secret' ";

  private final TreeMap<String, byte[]> objects = new TreeMap<>();

  synchronized void put(String key, byte[] content) {
    objects.put(key, content);
  }

  void put(String key, String content) {
    put(key, content.getBytes(StandardCharsets.UTF_8));
  }

  void putZstd(String key, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZstdOutputStream out = new ZstdOutputStream(bytes)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    put(key, bytes.toByteArray());
  }

  void putGzip(String key, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    put(key, bytes.toByteArray());
  }

  /** A manifest in which every object is mandatory. */
  void putManifest(String key, String... objectKeys) {
    put(
        key,
        Arrays.stream(objectKeys)
            .map(k -> "{\"url\":\"s3://%s/%s\",\"mandatory\":true}".formatted(BUCKET, k))
            .collect(Collectors.joining(",", "{\"entries\":[", "]}")));
  }

  @Override
  public synchronized List<String> list(String bucket, String prefix, AwsKeys keys) throws Refused {
    check(bucket, keys);
    return objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
  }

  @Override
  public synchronized InputStream open(String bucket, String key, AwsKeys keys) throws Refused {
    check(bucket, keys);
    byte[] content = objects.get(key);
    if (content == null) {
      throw new Refused(404, "NoSuchKey", "The specified key does not exist.");
    }
    return new ByteArrayInputStream(content);
  }

  private static void check(String bucket, AwsKeys keys) throws Refused {
    if (!keys.equals(KEYS)) {
      throw new Refused(
          403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist.");
    }
    if (!bucket.equals(BUCKET)) {
      throw new Refused(404, "NoSuchBucket", "The specified bucket does not exist");
    }
  }
}
