package io.writeback.standin.s3;

import java.util.zip.Checksum;

/** CRC-64/NVME: reflected, polynomial AD93D23594C93659, all ones before and after. */
final class Crc64Nvme implements Checksum {
  private static final long[] TABLE = table();

  private long crc = -1;

  private static long[] table() {
    long[] table = new long[256];
    for (int i = 0; i < table.length; i++) {
      long value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) == 0 ? value >>> 1 : (value >>> 1) ^ 0x9A6C9329AC4BC9B5L;
      }
      table[i] = value;
    }
    return table;
  }

  @Override
  public void update(int b) {
    crc = TABLE[(int) (crc ^ b) & 0xff] ^ (crc >>> 8);
  }

  @Override
  public void update(byte[] bytes, int off, int len) {
    long value = crc;
    for (int i = off; i < off + len; i++) {
      value = TABLE[(int) (value ^ bytes[i]) & 0xff] ^ (value >>> 8);
    }
    crc = value;
  }

  @Override
  public long getValue() {
    return ~crc;
  }

  @Override
  public void reset() {
    crc = -1;
  }
}
