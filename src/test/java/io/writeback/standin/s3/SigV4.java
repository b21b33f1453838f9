package io.writeback.standin.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** AWS Signature Version 4 as arithmetic (S3 API, sig-v4-header-based-auth). */
final class SigV4 {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  static final String EMPTY_HASH =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  /** The credential scope: date, region, service. */
  record Scope(String date, String region, String service) {
    @Override
    public String toString() {
      return date + "/" + region + "/" + service + "/aws4_request";
    }
  }

  private SigV4() {}

  /**
   * The canonical request.
   *
   * @param path decoded path
   * @param rawQuery as sent; a signature parameter must be taken out before
   * @param headers the signed headers, names in lower case, values joined and trimmed
   */
  static String canonicalRequest(
      String method,
      String path,
      String rawQuery,
      SortedMap<String, String> headers,
      String payloadHash) {
    StringBuilder text = new StringBuilder();
    text.append(method).append('\n').append(encode(path, true)).append('\n');
    text.append(canonicalQuery(rawQuery)).append('\n');
    headers.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
    text.append('\n').append(String.join(";", headers.keySet())).append('\n');
    return text.append(payloadHash).toString();
  }

  static String stringToSign(String timestamp, Scope scope, String canonicalRequest) {
    return String.join(
        "\n", ALGORITHM, timestamp, scope.toString(), sha256(canonicalRequest.getBytes(UTF_8)));
  }

  static byte[] signingKey(String secret, Scope scope) {
    byte[] date = hmac(("AWS4" + secret).getBytes(UTF_8), scope.date());
    byte[] region = hmac(date, scope.region());
    return hmac(hmac(region, scope.service()), "aws4_request");
  }

  static String sign(byte[] signingKey, String stringToSign) {
    return HexFormat.of().formatHex(hmac(signingKey, stringToSign));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(digest("SHA-256").digest(bytes));
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  private static String canonicalQuery(String rawQuery) {
    List<String> pairs = new ArrayList<>();
    for (String pair : rawQuery.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        pairs.add(encode(decode(name), false) + "=" + encode(decode(value), false));
      }
    }
    pairs.sort(null);
    return String.join("&", pairs);
  }

  /** Percent-encodes every byte that RFC 3986 does not call unreserved. */
  static String encode(String text, boolean keepSlash) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : text.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      boolean unreserved =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || "-_.~".indexOf(c) >= 0;
      if (unreserved || (keepSlash && c == '/')) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return encoded.toString();
  }

  /** Percent-decodes; a plus stays a plus, as it does in paths. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '%') {
        bytes.writeBytes(String.valueOf(c).getBytes(UTF_8));
      } else if (i + 2 < text.length()
          && HexFormat.isHexDigit(text.charAt(i + 1))
          && HexFormat.isHexDigit(text.charAt(i + 2))) {
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else {
        throw new S3Error(S3ErrorCode.INVALID_URI);
      }
    }
    return bytes.toString(UTF_8);
  }
}
