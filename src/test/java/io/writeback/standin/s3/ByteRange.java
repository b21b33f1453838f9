package io.writeback.standin.s3;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A satisfiable byte range, both ends inclusive (RFC 9110 section 14.1.2). */
record ByteRange(long from, long to) {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");

  /** The range asked for; empty if there is none or it is not understood, as RFC 9110 wants. */
  static Optional<ByteRange> parse(Optional<String> header, long size) {
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Matcher range = RANGE.matcher(header.get().trim());
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      if (header.get().contains(",")) {
        throw new S3Error(S3ErrorCode.NOT_IMPLEMENTED, "one range only");
      }
      return Optional.empty();
    }
    long from;
    long to;
    if (range.group(1).isEmpty()) {
      from = Math.max(0, size - Long.parseLong(range.group(2)));
      to = size - 1;
    } else {
      from = Long.parseLong(range.group(1));
      to = range.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
    }
    if (from >= size || from > to) {
      throw new S3Error(
          S3ErrorCode.INVALID_RANGE,
          S3ErrorCode.INVALID_RANGE.message(),
          Map.of("RangeRequested", header.get(), "ActualObjectSize", String.valueOf(size)));
    }
    return Optional.of(new ByteRange(from, to));
  }

  long length() {
    return to - from + 1;
  }
}
