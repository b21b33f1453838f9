package io.writeback.standin.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CompleteMultipartUpload (S3 API, API_CompleteMultipartUpload). */
final class MultipartCompletion {
  private static final long MIN_PART = 5L << 20;
  private static final int MAX_BODY = 8 << 20;

  private final ObjectStore store;

  MultipartCompletion(ObjectStore store) {
    this.store = store;
  }

  void handle(S3Call call) throws IOException {
    Bucket bucket = store.bucket(call.request().bucket());
    MultipartUpload upload = MultipartWrites.find(store, call);
    List<StagedBody> parts = parts(upload, call.payload().readAll(MAX_BODY));
    try (ConditionalWrite write = bucket.begin(WriteCondition.of(call.signed()), upload.key())) {
      ChecksumAlgorithm algorithm = upload.algorithm().orElse(ChecksumAlgorithm.CRC64NVME);
      StagedBody whole = join(parts, algorithm);
      boolean kept = false;
      try {
        StoredObject object = object(call, upload, parts, whole);
        checkWhole(call, object);
        bucket.commit(write, object);
        kept = true;
        bucket.uploads().remove(upload.id());
        upload.discard();
        answer(call, bucket, object);
      } finally {
        if (!kept) {
          whole.discard();
        }
      }
    }
  }

  private static void answer(S3Call call, Bucket bucket, StoredObject object) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    object.headers().addEncryption(headers);
    call.xml(
        "CompleteMultipartUploadResult",
        headers,
        xml -> {
          xml.element("Location", "/" + bucket.name() + "/" + SigV4.encode(object.key(), true))
              .element("Bucket", bucket.name())
              .element("Key", object.key())
              .element("ETag", object.quotedEtag());
          object.addChecksum(xml);
        });
  }

  /** The parts listed, checked against those uploaded. */
  private static List<StagedBody> parts(MultipartUpload upload, byte[] xml) {
    List<XmlElement> listed = XmlElement.parse(xml, "CompleteMultipartUpload").children("Part");
    if (listed.isEmpty() || listed.size() > MultipartWrites.MAX_PARTS) {
      throw new S3Error(S3ErrorCode.MALFORMED_XML);
    }
    List<StagedBody> parts = new ArrayList<>();
    int last = 0;
    for (XmlElement element : listed) {
      int number = element.requiredInt("PartNumber");
      if (number <= last) {
        throw new S3Error(S3ErrorCode.INVALID_PART_ORDER);
      }
      last = number;
      parts.add(part(upload, number, element));
    }
    // Only the last part may be small.
    for (int i = 0; i < parts.size() - 1; i++) {
      if (parts.get(i).size() < MIN_PART) {
        throw new S3Error(
            S3ErrorCode.ENTITY_TOO_SMALL,
            S3ErrorCode.ENTITY_TOO_SMALL.message(),
            Map.of(
                "ProposedSize", String.valueOf(parts.get(i).size()),
                "MinSizeAllowed", String.valueOf(MIN_PART)));
      }
    }
    return parts;
  }

  private static StagedBody part(MultipartUpload upload, int number, XmlElement element) {
    MultipartUpload.Part part = upload.parts().get(number);
    String etag = WriteCondition.unquoted(element.required("ETag"));
    if (part == null || !part.etag().equals(etag)) {
      throw new S3Error(
          S3ErrorCode.INVALID_PART,
          S3ErrorCode.INVALID_PART.message(),
          Map.of("PartNumber", String.valueOf(number), "ETag", etag));
    }
    StagedBody.Checksum checksum = part.body().checksum();
    Optional<String> told = element.text(checksum.algorithm().element());
    if (told.isPresent() && !told.get().equals(checksum.value())) {
      throw new S3Error(S3ErrorCode.INVALID_PART);
    }
    if (told.isEmpty() && upload.composite()) {
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST,
          "The upload was created using a "
              + checksum.algorithm()
              + " checksum. The complete request must include the checksum for each part. It was"
              + " missing for part "
              + number
              + " in the request.");
    }
    return part.body();
  }

  private StagedBody join(List<StagedBody> parts, ChecksumAlgorithm algorithm) throws IOException {
    List<InputStream> streams = new ArrayList<>();
    try {
      for (StagedBody part : parts) {
        streams.add(new LazyFile(part));
      }
      try (InputStream all = new SequenceInputStream(Collections.enumeration(streams))) {
        return StagedBody.write(store.newFile(), all, algorithm, Long.MAX_VALUE);
      }
    } finally {
      for (InputStream stream : streams) {
        stream.close();
      }
    }
  }

  private static StoredObject object(
      S3Call call, MultipartUpload upload, List<StagedBody> parts, StagedBody whole) {
    var md5s = SigV4.digest("MD5");
    ChecksumAlgorithm algorithm = whole.checksum().algorithm();
    ChecksumAlgorithm.Running overParts = algorithm.begin();
    for (StagedBody part : parts) {
      md5s.update(HexFormat.of().parseHex(part.md5()));
      byte[] sum = Base64.getDecoder().decode(part.checksum().value());
      overParts.update(sum, 0, sum.length);
    }
    String suffix = "-" + parts.size();
    return new StoredObject(
        upload.key(),
        whole.file(),
        whole.size(),
        ObjectWrites.etag(HexFormat.of().formatHex(md5s.digest()), upload.headers()) + suffix,
        call.now(),
        upload.headers(),
        Optional.of(
            upload.composite()
                ? new StagedBody.Checksum(algorithm, overParts.base64() + suffix)
                : whole.checksum()),
        upload.composite());
  }

  private static void checkWhole(S3Call call, StoredObject object) {
    Optional<String> size = call.header("X-Amz-Mp-Object-Size");
    if (size.isPresent() && !size.get().equals(String.valueOf(object.size()))) {
      throw new S3Error(
          S3ErrorCode.INVALID_REQUEST,
          "The provided x-amz-mp-object-size does not match the size of the object.");
    }
    StagedBody.Checksum checksum = object.checksum().orElseThrow();
    Optional<String> told = call.header(checksum.algorithm().header());
    if (told.isPresent() && !told.get().equals(checksum.value())) {
      throw new S3Error(
          S3ErrorCode.BAD_DIGEST,
          "The " + checksum.algorithm() + " you specified did not match the calculated checksum.");
    }
  }

  /** Opens its file at the first read, so that ten thousand parts need one descriptor. */
  private static final class LazyFile extends InputStream {
    private final StagedBody body;
    private InputStream in;

    LazyFile(StagedBody body) {
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int off, int len) throws IOException {
      if (in == null) {
        in = Files.newInputStream(body.file());
      }
      return in.read(buffer, off, len);
    }

    @Override
    public void close() throws IOException {
      if (in != null) {
        in.close();
      }
    }
  }
}
