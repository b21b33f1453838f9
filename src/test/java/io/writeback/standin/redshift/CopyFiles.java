package io.writeback.standin.redshift;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The objects that one COPY reads (Developer Guide, "COPY from Amazon S3" and "Using a manifest to
 * specify data files").
 */
final class CopyFiles {
  /** One object, and whether its absence is an error. */
  record File(String bucket, String key, boolean mandatory) {
    String url() {
      return "s3://" + bucket + "/" + key;
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_MANIFEST_BYTES = 64 << 20;

  private final CopyCommand command;
  private final ObjectSource objects;
  private final AwsKeys keys;
  private final long query;

  CopyFiles(CopyCommand command, RedshiftSettings settings, long query) {
    this.command = command;
    this.objects = settings.objects();
    this.query = query;
    if (objects == null) {
      throw SqlFailure.unsupported("this stand-in was started without objects to copy from");
    }
    this.keys = command.keys() != null ? command.keys() : settings.roles().get(command.role());
    if (keys == null) {
      throw SqlFailure.internal(
          "User arn:aws:redshift:us-east-1:123456789012:dbuser is not authorized to assume IAM Role "
              + command.role(),
          30000,
          "IAM Role=" + command.role(),
          query);
    }
  }

  List<File> list() {
    try {
      if (command.has(CopyCommand.Flag.MANIFEST)) {
        return manifest();
      }
      List<String> found = objects.list(command.bucket(), command.key(), keys);
      if (found.isEmpty()) {
        throw SqlFailure.internal(
            "The specified S3 prefix '" + command.key() + "' does not exist", 15001, "", query);
      }
      return found.stream().map(key -> new File(command.bucket(), key, true)).toList();
    } catch (IOException e) {
      throw failure(e, command.bucket(), command.key());
    }
  }

  private List<File> manifest() throws IOException {
    byte[] bytes;
    try (InputStream in = objects.open(command.bucket(), command.key(), keys)) {
      bytes = in.readNBytes(MAX_MANIFEST_BYTES);
    } catch (ObjectSource.Refused e) {
      throw SqlFailure.internal(
          "Problem reading manifest file - " + e.inRedshift(),
          8001,
          "s3://" + command.bucket() + "/" + command.key(),
          query);
    }
    try {
      JsonNode entries = JSON.readTree(bytes).path("entries");
      List<File> files = new ArrayList<>();
      if (!entries.isArray() || entries.isEmpty()) {
        throw malformed("it has no entries");
      }
      for (JsonNode entry : entries) {
        files.add(file(entry));
      }
      return files;
    } catch (JsonProcessingException e) {
      throw malformed(e.getOriginalMessage());
    }
  }

  private File file(JsonNode entry) {
    String url = entry.path("url").asText();
    int slash = url.indexOf('/', 5);
    JsonNode mandatory = entry.path("mandatory");
    if (!url.startsWith("s3://") || slash < 0) {
      throw malformed("'" + url + "' is not the URL of an object");
    }
    if (!mandatory.isMissingNode() && !mandatory.isBoolean()) {
      throw malformed("mandatory is true or false");
    }
    return new File(url.substring(5, slash), url.substring(slash + 1), mandatory.asBoolean(false));
  }

  private SqlFailure malformed(String why) {
    return SqlFailure.internal(
        "Manifest file is not in correct json format: " + why,
        8001,
        "s3://" + command.bucket() + "/" + command.key(),
        query);
  }

  /** The plain bytes of a file; null if it is absent and may be. */
  InputStream open(File file) {
    try {
      InputStream in = objects.open(file.bucket, file.key, keys);
      return switch (command.compression()) {
        case NONE -> in;
        case GZIP -> new GZIPInputStream(in, 1 << 16);
        case ZSTD -> new ZstdInputStream(in);
      };
    } catch (ObjectSource.Refused e) {
      if (e.status() == 404 && !file.mandatory) {
        return null;
      }
      throw failure(e, file.bucket, file.key);
    } catch (IOException e) {
      throw failure(e, file.bucket, file.key);
    }
  }

  SqlFailure failure(IOException e, String bucket, String key) {
    String context = "S3 key being read : s3://" + bucket + "/" + key;
    return e instanceof ObjectSource.Refused refused
        ? SqlFailure.internal(refused.inRedshift(), 8001, context, query)
        : SqlFailure.internal("Failed to read " + e.getMessage(), 9001, context, query);
  }
}
