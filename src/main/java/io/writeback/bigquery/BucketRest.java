package io.writeback.bigquery;

import com.google.api.client.googleapis.media.MediaHttpUploader;
import com.google.api.client.googleapis.media.MediaHttpUploader.UploadState;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.Objects;
import com.google.api.services.storage.model.StorageObject;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One bucket of Cloud Storage, by its JSON API. Each call fails with a {@link FaultException}; what
 * is normal (there already, gone already) is no failure. Safe for use by many threads.
 */
final class BucketRest {
  /** Up to this size an upload is one request, which either arrives or does not. */
  private static final int ONE_REQUEST_BYTES = 8 << 20;

  private static final int UPLOAD_CHUNK_BYTES = 8 << 20;

  private final Storage storage;
  private final String bucket;

  BucketRest(Storage storage, String bucket) {
    this.storage = storage;
    this.bucket = bucket;
  }

  /** The address by which a load job names an object. */
  String uri(String name) {
    return "gs://" + bucket + "/" + name;
  }

  /**
   * Writes an object, once: whatever has the name already stays. The service compares the checksum
   * with what arrives, and what it says it has is compared with ours.
   *
   * @param length how many of the bytes count
   * @throws FaultException CONFIGURATION if something else has the name
   */
  void put(String name, String contentType, byte[] bytes, int length) {
    String checksum = crc32c(bytes, length);
    StorageObject stored = insert(name, contentType, bytes, length, checksum);
    if (!checksum.equals(stored.getCrc32c())
        || !BigInteger.valueOf(length).equals(stored.getSize())) {
      throw FaultException.configuration(
          uri(name)
              + " holds other bytes than this sink's: nobody else may write there. Choose another "
              + BucketKeys.PREFIX,
          null);
    }
  }

  private StorageObject insert(
      String name, String contentType, byte[] bytes, int length, String checksum) {
    MediaHttpUploader upload = null;
    try {
      Storage.Objects.Insert insert =
          storage
              .objects()
              .insert(
                  bucket,
                  new StorageObject().setName(name).setContentType(contentType).setCrc32c(checksum),
                  new ByteArrayContent(contentType, bytes, 0, length))
              .setIfGenerationMatch(0L)
              .setFields("crc32c,size");
      insert.setDisableGZipContent(true);
      upload = insert.getMediaHttpUploader();
      upload
          .setDirectUploadEnabled(length <= ONE_REQUEST_BYTES)
          .setChunkSize(UPLOAD_CHUNK_BYTES)
          .setDisableGZipContent(true);
      return insert.execute();
    } catch (IOException e) {
      if (BigQueryFaults.isStatus(e, 404) && isBegun(upload)) {
        throw FaultException.retry(
            "writing " + uri(name) + ": the upload has been lost and begins anew", e);
      }
      return taken(name, e, BucketFaults.of("writing " + uri(name), e));
    }
  }

  /** Whether an upload in pieces has had an answer, so that bucket and endpoint are right. */
  private static boolean isBegun(MediaHttpUploader upload) {
    return upload != null
        && !upload.isDirectUploadEnabled()
        && upload.getUploadState() == UploadState.MEDIA_IN_PROGRESS;
  }

  /**
   * What has the name already. A service that may not give the old object up may say that before it
   * looks at the condition.
   */
  private StorageObject taken(String name, IOException e, FaultException refused) {
    if (BigQueryFaults.isStatus(e, 412) && refused.fault() == Fault.RETRY) {
      return find(name)
          .orElseThrow(() -> FaultException.retry(uri(name) + " was there and has gone again", e));
    }
    if (BigQueryFaults.isStatus(e, 403) && refused.fault() == Fault.CONFIGURATION) {
      try {
        return find(name).orElseThrow(() -> refused);
      } catch (FaultException unreadable) {
        throw refused;
      }
    }
    throw refused;
  }

  private Optional<StorageObject> find(String name) {
    try {
      return Optional.of(storage.objects().get(bucket, name).setFields("crc32c,size").execute());
    } catch (IOException e) {
      if (BigQueryFaults.isStatus(e, 404)) {
        return Optional.empty();
      }
      throw BucketFaults.of("reading " + uri(name), e);
    }
  }

  /**
   * Deletes an object, if it is there.
   *
   * @return false if the bucket keeps it for now, by a retention policy or a hold
   */
  boolean delete(String name) {
    try {
      storage.objects().delete(bucket, name).execute();
      return true;
    } catch (IOException e) {
      if (BigQueryFaults.isStatus(e, 404)) {
        return true;
      }
      if (BucketFaults.isKept(e)) {
        return false;
      }
      throw BucketFaults.of("deleting " + uri(name), e);
    }
  }

  /**
   * Objects whose names begin so, in the order of their names, with name and time of creation.
   *
   * @param from the first name that counts; empty for all
   * @param limit so many at most; there are no more if there are fewer
   */
  List<StorageObject> list(String prefix, String from, int limit) {
    List<StorageObject> all = new ArrayList<>();
    String token = null;
    try {
      do {
        Objects page =
            storage
                .objects()
                .list(bucket)
                .setPrefix(prefix)
                .setStartOffset(from.isEmpty() ? null : from)
                .setMaxResults((long) (limit - all.size()))
                .setFields("items(name,timeCreated),nextPageToken")
                .setPageToken(token)
                .execute();
        if (page.getItems() != null) {
          all.addAll(page.getItems());
        }
        token = page.getNextPageToken();
      } while (token != null && all.size() < limit);
      return all;
    } catch (IOException e) {
      throw BucketFaults.of("listing " + uri(prefix), e);
    }
  }

  /** As the service writes it: base64 of the four bytes, the highest first. */
  private static String crc32c(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return Base64.getEncoder()
        .encodeToString(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
  }
}
