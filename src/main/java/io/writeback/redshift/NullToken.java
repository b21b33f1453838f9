package io.writeback.redshift;

import java.nio.charset.StandardCharsets;

/**
 * What stands for null in a CSV object. COPY compares every field with it, quoted or not as far as
 * the documentation tells, so no value of the object may equal it; the encoder checks each value
 * and takes the next token of this fixed series for a row that holds one. The series is fixed so
 * that objects of different tasks usually share a token and load in one COPY.
 */
final class NullToken {
  private NullToken() {}

  static String text(int index) {
    return "~wb" + index + "~";
  }

  static byte[] bytes(int index) {
    return text(index).getBytes(StandardCharsets.US_ASCII);
  }
}
