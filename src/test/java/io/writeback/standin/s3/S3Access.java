package io.writeback.standin.s3;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Who may do what: keys, temporary credentials, revoked permissions. Safe for many threads. */
public final class S3Access {
  private record Denial(String principal, S3Permission permission) {}

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, S3Credentials> keys = new ConcurrentHashMap<>();
  private final Map<Denial, Set<String>> deniedPrefixes = new ConcurrentHashMap<>();

  S3Access(Clock clock) {
    this.clock = clock;
  }

  public void add(S3Credentials credentials) {
    keys.put(credentials.accessKeyId(), credentials);
  }

  /** Deletes a key: it is answered InvalidAccessKeyId from now on. */
  public void remove(String accessKeyId) {
    keys.remove(accessKeyId);
  }

  /** Issues temporary credentials, as STS does. */
  public S3Credentials issue(String principal, Duration life) {
    S3Credentials issued =
        new S3Credentials(
            "ASIA" + random(15).toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "X"),
            random(30),
            random(90),
            clock.instant().plus(life),
            principal);
    add(issued);
    return issued;
  }

  /** Lets temporary credentials expire now. */
  public void expire(String accessKeyId) {
    keys.computeIfPresent(
        accessKeyId,
        (id, c) ->
            new S3Credentials(
                id, c.secretAccessKey(), c.sessionToken(), Instant.EPOCH, c.principal()));
  }

  /** Takes a permission away from a user's access key or a role's ARN. */
  public void revoke(String principal, S3Permission permission) {
    revoke(principal, permission, "");
  }

  /** Takes a permission away for keys that begin with the prefix. */
  public void revoke(String principal, S3Permission permission, String keyPrefix) {
    deniedPrefixes
        .computeIfAbsent(new Denial(principal, permission), d -> ConcurrentHashMap.newKeySet())
        .add(keyPrefix);
  }

  /** Takes revocations back. */
  public void grant(String principal, S3Permission permission) {
    deniedPrefixes.remove(new Denial(principal, permission));
  }

  public boolean allows(String principal, S3Permission permission, String key) {
    return deniedPrefixes.getOrDefault(new Denial(principal, permission), Set.of()).stream()
        .noneMatch(key::startsWith);
  }

  /**
   * Judges credentials that another service was handed, such as those of a COPY statement.
   *
   * @param sessionToken null for a long-lived key
   * @throws S3Error as S3 would refuse
   */
  public void check(
      String accessKeyId,
      String secretAccessKey,
      String sessionToken,
      S3Permission permission,
      String key) {
    S3Credentials found = find(accessKeyId, Optional.ofNullable(sessionToken), clock.instant());
    if (!found.secretAccessKey().equals(secretAccessKey)) {
      throw new S3Error(S3ErrorCode.SIGNATURE_DOES_NOT_MATCH);
    }
    demand(found.principal(), permission, key);
  }

  void demand(String principal, S3Permission permission, String key) {
    if (!allows(principal, permission, key)) {
      throw new S3Error(S3ErrorCode.ACCESS_DENIED);
    }
  }

  S3Credentials find(String accessKeyId, Optional<String> sessionToken, Instant now) {
    S3Credentials found = keys.get(accessKeyId);
    if (found == null) {
      throw new S3Error(
          S3ErrorCode.INVALID_ACCESS_KEY_ID,
          S3ErrorCode.INVALID_ACCESS_KEY_ID.message(),
          Map.of("AWSAccessKeyId", accessKeyId));
    }
    if (!Optional.ofNullable(found.sessionToken()).equals(sessionToken)) {
      throw new S3Error(S3ErrorCode.INVALID_TOKEN);
    }
    if (found.expires() != null && !now.isBefore(found.expires())) {
      throw new S3Error(S3ErrorCode.EXPIRED_TOKEN);
    }
    return found;
  }

  /** The access keys known now. */
  public Set<String> accessKeyIds() {
    return new HashSet<>(keys.keySet());
  }

  private String random(int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return Base64.getEncoder().encodeToString(value);
  }
}
