package io.writeback.standin.bigquery;

import io.writeback.standin.bigquery.catalog.ApiException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** IAM: everybody may everything, until a permission is revoked from someone. */
public final class Permissions {
  private final Map<String, Set<String>> revoked = new ConcurrentHashMap<>();

  /** Such as {@code bigquery.tables.create}. */
  public void revoke(String email, String permission) {
    revoked.computeIfAbsent(email, e -> ConcurrentHashMap.newKeySet()).add(permission);
  }

  public void grant(String email, String permission) {
    revoked.getOrDefault(email, Set.of()).remove(permission);
  }

  public boolean has(String email, String permission) {
    return !revoked.getOrDefault(email, Set.of()).contains(permission);
  }

  /**
   * Checks.
   *
   * @param on such as {@code Table p:d.t}
   */
  public void require(String email, String permission, String on) {
    if (!has(email, permission)) {
      String what = on.substring(0, on.indexOf(' ')).toLowerCase(java.util.Locale.ROOT);
      throw new ApiException(
          403,
          "accessDenied",
          "Access Denied: "
              + on
              + ": Permission "
              + permission
              + " denied on "
              + what
              + " "
              + on.substring(on.indexOf(' ') + 1)
              + " (or it may not exist).");
    }
  }
}
