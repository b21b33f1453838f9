package io.writeback.redshift;

import io.writeback.redshift.ValuePolicy.Choice;
import io.writeback.sink.BadRowException;
import java.nio.ByteBuffer;

/** Bytes into a VARBYTE, in hex. */
record BytesCell(ValuePolicy policy) implements Cell {
  @Override
  public int write(Object value, CsvRow row) {
    ByteBuffer buffer =
        value instanceof byte[] array ? ByteBuffer.wrap(array) : ((ByteBuffer) value).duplicate();
    int size = buffer.remaining();
    if (size > RedshiftType.MAX_VARBYTE_BYTES) {
      if (policy.oversize() == Choice.FAIL) {
        throw new BadRowException(
            "is " + size + " bytes long, a VARBYTE takes " + RedshiftType.MAX_VARBYTE_BYTES);
      }
      if (policy.oversize() == Choice.NULL) {
        row.nullInstead(row.length());
        return 0;
      }
      row.noteCut();
      buffer.limit(buffer.position() + RedshiftType.MAX_VARBYTE_BYTES);
    }
    if (size == 0) {
      // Developer Guide, "COPY data conversion parameters": an empty field of any type other than
      // CHAR and VARCHAR is loaded as null.
      if (policy.emptyBytes() == Choice.FAIL) {
        throw new BadRowException("is empty, which COPY cannot tell from null in a VARBYTE");
      }
      row.nullInstead(row.length());
      return 0;
    }
    row.put((byte) '"');
    while (buffer.hasRemaining()) {
      row.hex(buffer.get());
    }
    row.put((byte) '"');
    return size;
  }
}
