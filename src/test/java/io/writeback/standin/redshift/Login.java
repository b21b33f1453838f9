package io.writeback.standin.redshift;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who connects: reads the startup message and checks the password by md5. The driver sends
 * parameters that PostgreSQL does not know; only known ones are passed on.
 *
 * @param parameters for PostgreSQL
 */
record Login(String user, Map<String, String> parameters) {
  private static final Set<String> PASSED_ON =
      Set.of(
          "user",
          "database",
          "client_encoding",
          "DateStyle",
          "TimeZone",
          "extra_float_digits",
          "application_name");
  private static final SecureRandom RANDOM = new SecureRandom();

  static Login read(Message startup) {
    Message.Cursor cursor = startup.cursor();
    int version = cursor.int32();
    if (version >>> 16 != 3) {
      throw new SqlFailure("08P01", "unsupported frontend protocol " + (version >>> 16));
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String name = cursor.text(); !name.isEmpty(); name = cursor.text()) {
      String value = cursor.text();
      if (PASSED_ON.contains(name)) {
        parameters.put(name, name.equals("client_encoding") ? "UTF8" : value);
      }
    }
    String user = parameters.getOrDefault("user", "");
    parameters.putIfAbsent("database", user);
    return new Login(user, parameters);
  }

  /**
   * Asks for the password.
   *
   * @throws SqlFailure to be sent as FATAL
   */
  void authenticate(Wire wire, RedshiftSettings settings) throws IOException {
    byte[] salt = new byte[4];
    RANDOM.nextBytes(salt);
    wire.send(new Message.Builder().int32(5).bytes(salt).build('R'));
    wire.flush();
    Message answer = wire.read();
    if (answer.type() != 'p') {
      throw new SqlFailure(
          "08P01", "expected password response, got message type " + answer.type());
    }
    String password = settings.users().get(user);
    byte[] given = answer.cursor().text().getBytes(StandardCharsets.UTF_8);
    if (password == null || !MessageDigest.isEqual(given, digest(password, salt))) {
      throw new SqlFailure("28000", "password authentication failed for user \"" + user + "\"");
    }
    String database = parameters.get("database");
    if (!database.equals(settings.database())) {
      throw new SqlFailure("3D000", "database \"" + database + "\" does not exist");
    }
  }

  private byte[] digest(String password, byte[] salt) {
    HexFormat hex = HexFormat.of();
    byte[] inner =
        Hashes.of(
            "MD5",
            password.getBytes(StandardCharsets.UTF_8),
            user.getBytes(StandardCharsets.UTF_8));
    byte[] outer = Hashes.of("MD5", hex.formatHex(inner).getBytes(StandardCharsets.US_ASCII), salt);
    return ("md5" + hex.formatHex(outer)).getBytes(StandardCharsets.US_ASCII);
  }
}
