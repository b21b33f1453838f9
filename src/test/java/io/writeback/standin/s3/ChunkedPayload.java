package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Decodes Content-Encoding aws-chunked (S3 API, sigv4-streaming and sigv4-streaming-trailers). */
final class ChunkedPayload extends InputStream {
  private static final int MIN_CHUNK = 8192;
  private static final int MAX_LINE = 8192;
  private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

  private final InputStream in;
  private final long decodedLength;
  private final Optional<String> announcedTrailer;
  private final ChunkSignatures signatures;
  private final MessageDigest chunkHash = SigV4.digest("SHA-256");
  private final Map<String, String> trailers = new TreeMap<>();
  private String chunkSignature;
  private long left;
  private long total;
  private boolean shortChunkSeen;
  private boolean ended;

  /**
   * A decoder.
   *
   * @param announcedTrailer the x-amz-trailer header; empty if no trailer may follow
   * @param signatures null for unsigned chunks
   */
  ChunkedPayload(
      InputStream in,
      long decodedLength,
      Optional<String> announcedTrailer,
      ChunkSignatures signatures) {
    this.in = in;
    this.decodedLength = decodedLength;
    this.announcedTrailer = announcedTrailer;
    this.signatures = signatures;
  }

  Map<String, String> trailers() {
    return trailers;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int off, int len) throws IOException {
    if (ended) {
      return -1;
    }
    if (left == 0) {
      nextChunk();
      if (ended) {
        return -1;
      }
    }
    int n = in.read(buffer, off, (int) Math.min(len, left));
    if (n < 0) {
      throw new S3Error(S3ErrorCode.INCOMPLETE_BODY);
    }
    chunkHash.update(buffer, off, n);
    left -= n;
    total += n;
    if (left == 0) {
      if (!line().isEmpty()) {
        throw new S3Error(S3ErrorCode.INCOMPLETE_BODY);
      }
      endChunk();
    }
    return n;
  }

  private void nextChunk() throws IOException {
    String[] head = line().split(";", 2);
    try {
      left = Long.parseLong(head[0].trim(), 16);
    } catch (NumberFormatException e) {
      throw new S3Error(S3ErrorCode.INCOMPLETE_BODY, "not a chunk size: " + head[0]);
    }
    chunkSignature = signatureOf(head);
    if (left > 0) {
      // Any chunk but the last must have 8 KiB, and only the next one tells which is the last.
      if (shortChunkSeen) {
        throw new S3Error(S3ErrorCode.INVALID_CHUNK_SIZE_ERROR);
      }
      shortChunkSeen = left < MIN_CHUNK;
      return;
    }
    if (total != decodedLength) {
      throw new S3Error(
          S3ErrorCode.INCOMPLETE_BODY,
          "x-amz-decoded-content-length is " + decodedLength + ", the chunks hold " + total);
    }
    endChunk();
    readTrailers();
    ended = true;
  }

  private String signatureOf(String[] head) {
    if (signatures == null) {
      return null;
    }
    String extension = head.length == 2 ? head[1].trim() : "";
    if (!extension.startsWith("chunk-signature=")) {
      throw new S3Error(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
    }
    return extension.substring("chunk-signature=".length());
  }

  private void endChunk() {
    String hash = HexFormat.of().formatHex(chunkHash.digest());
    if (signatures != null) {
      signatures.checkChunk(chunkSignature, hash);
    }
  }

  private void readTrailers() throws IOException {
    String signature = null;
    StringBuilder canonical = new StringBuilder();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new S3Error(S3ErrorCode.MALFORMED_TRAILER_ERROR);
      }
      String name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).trim();
      if (name.equals(TRAILER_SIGNATURE)) {
        signature = value;
      } else {
        trailers.put(name, value);
        canonical.append(name).append(':').append(value).append('\n');
      }
    }
    boolean asAnnounced =
        announcedTrailer
            .map(
                name -> trailers.size() == 1 && trailers.containsKey(name.toLowerCase(Locale.ROOT)))
            .orElse(trailers.isEmpty());
    if (!asAnnounced) {
      throw new S3Error(S3ErrorCode.MALFORMED_TRAILER_ERROR);
    }
    if (signatures != null && announcedTrailer.isPresent()) {
      if (signature == null) {
        throw new S3Error(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
      }
      signatures.checkTrailer(signature, canonical.toString());
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        // The last empty line is left out by some clients when no trailer follows.
        if (left == 0 && line.size() == 0) {
          return "";
        }
        throw new S3Error(S3ErrorCode.INCOMPLETE_BODY);
      }
      if (line.size() == MAX_LINE) {
        throw new S3Error(S3ErrorCode.INCOMPLETE_BODY);
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(UTF_8);
  }
}
