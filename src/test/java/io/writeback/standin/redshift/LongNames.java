package io.writeback.standin.redshift;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.util.encoders.Hex;

/**
 * Redshift names have up to 127 bytes, longer ones are cut silently (Developer Guide, "Names and
 * identifiers"); PostgreSQL cuts at 63. A longer name gets a short one in PostgreSQL.
 */
final class LongNames {
  private static final int REDSHIFT_BYTES = 127;
  private static final int POSTGRES_BYTES = 63;

  private final PostgresDatabase database;
  private final Map<String, String> shortByLong = new ConcurrentHashMap<>();
  private final Map<String, String> longByShort = new ConcurrentHashMap<>();

  LongNames(PostgresDatabase database) {
    this.database = database;
  }

  /** The name in PostgreSQL. */
  String inPostgres(String name) {
    String cut = cut(name, REDSHIFT_BYTES);
    return cut.length() <= POSTGRES_BYTES / 4 || bytes(cut) <= POSTGRES_BYTES
        ? cut
        : shortByLong.computeIfAbsent(cut, this::register);
  }

  /** The name in Redshift. */
  String inRedshift(String name) {
    return longByShort.getOrDefault(name, name);
  }

  private String register(String name) {
    byte[] hash = Hashes.of("SHA-256", name.getBytes(StandardCharsets.UTF_8));
    String shortened = cut(name, 46) + "~" + Hex.toHexString(hash, 0, 8);
    try {
      database.administer("INSERT INTO redshift.long_names VALUES (?, ?)", shortened, name);
    } catch (SQLException e) {
      throw new SqlFailure("XX000", "the name " + name + " cannot be kept", e.getMessage());
    }
    longByShort.put(shortened, name);
    return shortened;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String cut(String text, int maxBytes) {
    int end = text.length();
    while (bytes(text.substring(0, end)) > maxBytes) {
      end = text.offsetByCodePoints(end, -1);
    }
    return text.substring(0, end);
  }
}
