package io.writeback.standin.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.zip.CRC32C;

/** One generation of an object. */
record StoredBlob(
    String bucket,
    String name,
    String contentType,
    long generation,
    Instant created,
    byte[] bytes) {
  /**
   * Compares with the checksums that an upload announced.
   *
   * @throws GcsException 400
   */
  void check(JsonNode announced) {
    check("CRC32C", announced.path("crc32c").asText(""), crc32c());
    check("MD5 hash", announced.path("md5Hash").asText(""), md5());
  }

  private static void check(String kind, String announced, String calculated) {
    if (!announced.isEmpty() && !announced.equals(calculated)) {
      throw GcsException.invalid(
          "Provided "
              + kind
              + " \""
              + announced
              + "\" doesn't match calculated "
              + kind
              + " \""
              + calculated
              + "\".");
    }
  }

  ObjectNode resource() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", "storage#object")
        .put("id", bucket + "/" + name + "/" + generation)
        .put("bucket", bucket)
        .put("name", name)
        .put("generation", Long.toString(generation))
        .put("metageneration", "1")
        .put("contentType", contentType)
        .put("storageClass", "STANDARD")
        .put("size", Integer.toString(bytes.length))
        .put("crc32c", crc32c())
        .put("md5Hash", md5())
        .put("timeCreated", created.toString())
        .put("updated", created.toString());
  }

  private String crc32c() {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
  }

  private String md5() {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
