package io.writeback.standin.s3;

import static io.writeback.standin.s3.S3Clients.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

class S3MultipartTest {
  private static final String B = "writeback";
  private static final int MIN = 5 << 20;

  private final S3StandIn s3 = S3StandIn.start(S3StandIn.Settings.standard());
  private final S3Client client = S3Clients.plain(s3);

  @AfterEach
  void close() {
    client.close();
    s3.close();
  }

  private String create() {
    return client
        .createMultipartUpload(r -> r.bucket(B).key("k").checksumAlgorithm(ChecksumAlgorithm.CRC32))
        .uploadId();
  }

  private CompletedPart part(String id, int number, byte[] bytes) {
    UploadPartResponse response =
        client.uploadPart(
            r ->
                r.bucket(B)
                    .key("k")
                    .uploadId(id)
                    .partNumber(number)
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32),
            RequestBody.fromBytes(bytes));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(response.eTag())
        .checksumCRC32(response.checksumCRC32())
        .build();
  }

  private CompleteMultipartUploadResponse complete(String id, CompletedPart... parts) {
    return client.completeMultipartUpload(
        r ->
            r.bucket(B)
                .key("k")
                .uploadId(id)
                .ifNoneMatch("*")
                .multipartUpload(u -> u.parts(parts)));
  }

  @Test
  void partsBecomeOneObjectAtCompletionOnly() {
    String id = create();
    byte[] big = new byte[MIN];
    big[17] = 5;
    CompletedPart last = part(id, 7, new byte[] {1, 2, 3});
    part(id, 2, new byte[MIN + 1]);
    CompletedPart first = part(id, 2, big);
    assertEquals(List.of(), s3.view().keys(B, ""), "nothing is seen before");
    var listed = client.listParts(r -> r.bucket(B).key("k").uploadId(id));
    assertEquals(List.of(2, 7), listed.parts().stream().map(p -> p.partNumber()).toList());
    assertEquals(id, client.listMultipartUploads(r -> r.bucket(B)).uploads().get(0).uploadId());

    CompleteMultipartUploadResponse done = complete(id, first, last);
    assertTrue(done.eTag().endsWith("-2\""), done.eTag());
    assertTrue(done.checksumCRC32().endsWith("-2"), done.checksumCRC32());
    byte[] whole = java.util.Arrays.copyOf(big, MIN + 3);
    whole[MIN] = 1;
    whole[MIN + 1] = 2;
    whole[MIN + 2] = 3;
    assertArrayEquals(whole, client.getObjectAsBytes(r -> r.bucket(B).key("k")).asByteArray());
    assertEquals(1, s3.directory().toFile().list().length, "parts are gone");
    assertRefused(S3ErrorCode.NO_SUCH_UPLOAD, () -> complete(id, first, last));
  }

  @Test
  void aWrongPartListIsRefusedAndTheUploadLivesOn() {
    String id = create();
    CompletedPart small = part(id, 1, new byte[10]);
    CompletedPart last = part(id, 2, new byte[10]);
    assertRefused(S3ErrorCode.ENTITY_TOO_SMALL, () -> complete(id, small, last));
    assertRefused(S3ErrorCode.INVALID_PART_ORDER, () -> complete(id, last, small));
    assertRefused(
        S3ErrorCode.INVALID_PART, () -> complete(id, small.toBuilder().eTag("\"no\"").build()));
    assertRefused(
        S3ErrorCode.INVALID_PART, () -> complete(id, small.toBuilder().partNumber(3).build()));
    assertRefused(
        S3ErrorCode.INVALID_REQUEST,
        () -> complete(id, small.toBuilder().checksumCRC32(null).build()));
    assertRefused(S3ErrorCode.MALFORMED_XML, () -> complete(id));
    assertRefused(S3ErrorCode.INVALID_ARGUMENT, () -> part(id, 10_001, new byte[1]));
    complete(id, small);
    assertEquals(10, s3.view().read(B, "k").length);
  }

  @Test
  void theConditionIsJudgedAtCompletion() {
    String id = create();
    CompletedPart only = part(id, 1, new byte[10]);
    client.putObject(r -> r.bucket(B).key("k"), RequestBody.fromString("x"));
    assertRefused(S3ErrorCode.PRECONDITION_FAILED, () -> complete(id, only));
    assertEquals(1, s3.view().multipartUploads(B));
  }

  @Test
  void abortDropsTheParts() {
    String id = create();
    part(id, 1, new byte[10]);
    client.abortMultipartUpload(r -> r.bucket(B).key("k").uploadId(id));
    assertEquals(0, s3.directory().toFile().list().length);
    assertRefused(S3ErrorCode.NO_SUCH_UPLOAD, () -> part(id, 1, new byte[10]));
    assertRefused(
        S3ErrorCode.NO_SUCH_UPLOAD,
        () -> client.abortMultipartUpload(r -> r.bucket(B).key("k").uploadId(id)));
  }
}
