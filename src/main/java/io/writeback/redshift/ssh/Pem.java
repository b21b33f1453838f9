package io.writeback.redshift.ssh;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A PEM text (RFC 7468), maybe encrypted as OpenSSL did it before PKCS#8 (RFC 1421, section 4.6,
 * with OpenSSL's EVP_BytesToKey).
 *
 * @param label such as {@code RSA PRIVATE KEY}
 * @param cipher such as {@code AES-256-CBC}; empty if it is plain
 */
record Pem(String label, String cipher, byte[] iv, byte[] body) {
  private static final Pattern TEXT =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final Pattern ENCRYPTED =
      Pattern.compile("DEK-Info: *([A-Za-z0-9-]+) *, *([0-9A-Fa-f]+)");
  private static final int SALT = 8;

  /** Reads a text. */
  static Pem of(String text) throws GeneralSecurityException {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.find()) {
      throw new GeneralSecurityException("no PEM text");
    }
    String inner = matcher.group(2);
    Matcher info = ENCRYPTED.matcher(inner);
    boolean encrypted = info.find();
    StringBuilder base64 = new StringBuilder();
    inner.lines().filter(line -> line.indexOf(':') < 0).forEach(line -> base64.append(line.trim()));
    try {
      return new Pem(
          matcher.group(1),
          encrypted ? info.group(1).toUpperCase(Locale.ROOT) : "",
          encrypted ? HexFormat.of().parseHex(info.group(2)) : new byte[0],
          Base64.getDecoder().decode(base64.toString()));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("the PEM text is damaged", e);
    }
  }

  boolean encrypted() {
    return !cipher.isEmpty();
  }

  /**
   * The same without encryption.
   *
   * @throws GeneralSecurityException also if what comes out is no DER: a wrong passphrase may well
   *     give something, whose lengths a reader would believe
   */
  Pem decrypted(String passphrase) throws GeneralSecurityException {
    String family = cipher.startsWith("DES-EDE3") ? "DESede" : "AES";
    int keyBytes =
        switch (cipher) {
          case "AES-128-CBC" -> 16;
          case "AES-192-CBC", "DES-EDE3-CBC" -> 24;
          case "AES-256-CBC" -> 32;
          default -> throw new GeneralSecurityException("cipher " + cipher + " is not supported");
        };
    Cipher decryption = Cipher.getInstance(family + "/CBC/PKCS5Padding");
    decryption.init(
        Cipher.DECRYPT_MODE,
        new SecretKeySpec(key(passphrase, keyBytes), family),
        new IvParameterSpec(iv));
    Pem plain = new Pem(label, "", new byte[0], decryption.doFinal(body));
    plain.check();
    return plain;
  }

  private byte[] key(String passphrase, int size) throws GeneralSecurityException {
    byte[] salt = Arrays.copyOf(iv, SALT);
    byte[] key = new byte[0];
    byte[] last = new byte[0];
    while (key.length < size) {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      md5.update(last);
      md5.update(passphrase.getBytes(StandardCharsets.UTF_8));
      last = md5.digest(salt);
      int before = key.length;
      key = Arrays.copyOf(key, before + last.length);
      System.arraycopy(last, 0, key, before, last.length);
    }
    return Arrays.copyOf(key, size);
  }

  /**
   * Checks that the body is one DER value whose lengths add up.
   *
   * @throws GeneralSecurityException if it is not
   */
  void check() throws GeneralSecurityException {
    if (body.length == 0 || body[0] != 0x30 || !values(0, body.length)) {
      throw new GeneralSecurityException("the key is damaged");
    }
  }

  private boolean values(int from, int to) {
    int at = from;
    while (at < to) {
      int tag = body[at++] & 0xff;
      if ((tag & 0x1f) == 0x1f || at >= to) {
        return false;
      }
      int length = body[at++] & 0xff;
      if (length > 0x80) {
        int digits = length & 0x7f;
        if (digits > 3 || at + digits > to) {
          return false;
        }
        length = 0;
        for (int i = 0; i < digits; i++) {
          length = length << 8 | body[at++] & 0xff;
        }
      } else if (length == 0x80) {
        return false;
      }
      boolean whole = length <= to - at && ((tag & 0x20) == 0 || values(at, at + length));
      if (!whole) {
        return false;
      }
      at += length;
    }
    return true;
  }

  /** The text, without encryption. */
  String text() {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(body)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
