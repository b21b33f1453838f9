package io.writeback.redshift;

import com.github.luben.zstd.Zstd;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Text for a VARCHAR(65535) column: as it is if it fits, else compressed. Lists of columns compress
 * tenfold, so that the 1600 columns of the widest table fit.
 */
final class LongText {
  private static final String MARK = "zstd:";

  private LongText() {}

  static String pack(String text) {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    if (plain.length <= RedshiftType.MAX_VARCHAR_BYTES) {
      return text;
    }
    String packed = MARK + plain.length + ":" + base64(plain);
    if (packed.length() > RedshiftType.MAX_VARCHAR_BYTES) {
      throw new IllegalArgumentException(
          "a text of " + plain.length + " bytes does not fit a VARCHAR even when compressed");
    }
    return packed;
  }

  static String unpack(String text) {
    if (!text.startsWith(MARK)) {
      return text;
    }
    int colon = text.indexOf(':', MARK.length());
    int size = Integer.parseInt(text.substring(MARK.length(), colon));
    byte[] packed = Base64.getDecoder().decode(text.substring(colon + 1));
    return new String(Zstd.decompress(packed, size), StandardCharsets.UTF_8);
  }

  private static String base64(byte[] plain) {
    return Base64.getEncoder().encodeToString(Zstd.compress(plain, 9));
  }
}
