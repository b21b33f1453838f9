package io.writeback.standin.domo;

import java.time.Duration;
import java.util.Set;

/**
 * How a Domo stand-in starts.
 *
 * @param port 0 for any free port
 * @param scopes what the API client may ask for; asking for none means all of them (pydomo)
 * @param developerToken what the instance endpoints under {@code /api} want
 * @param tokenTtl life of an access token; Domo answers 3599 seconds
 * @param expiredCsvIs406 whether an expired token on a CSV call is answered with a 406 page, as
 *     domo-java-sdk#10 and #11 saw, instead of a 401
 * @param queryRowCap most rows that one query returns; Domo documents 1,000,000 (360043436093)
 * @param shuffle whether queries without ORDER BY come in another order each time
 */
public record Settings(
    int port,
    String clientId,
    String clientSecret,
    Set<String> scopes,
    String developerToken,
    String customer,
    Duration tokenTtl,
    boolean expiredCsvIs406,
    int queryRowCap,
    boolean shuffle) {
  public Settings {
    scopes = Set.copyOf(scopes);
  }

  /**
   * Any free port, client {@code client} with secret {@code secret}, developer token {@code
   * developer-token}.
   */
  public static Settings defaults() {
    return new Settings(
        0,
        "client",
        "secret",
        Set.of("data", "user"),
        "developer-token",
        "acmecompany",
        Duration.ofSeconds(3599),
        false,
        1_000_000,
        true);
  }

  public Settings withPort(int value) {
    return new Settings(
        value,
        clientId,
        clientSecret,
        scopes,
        developerToken,
        customer,
        tokenTtl,
        expiredCsvIs406,
        queryRowCap,
        shuffle);
  }

  public Settings withClient(String id, String secret) {
    return new Settings(
        port,
        id,
        secret,
        scopes,
        developerToken,
        customer,
        tokenTtl,
        expiredCsvIs406,
        queryRowCap,
        shuffle);
  }

  public Settings withScopes(Set<String> value) {
    return new Settings(
        port,
        clientId,
        clientSecret,
        value,
        developerToken,
        customer,
        tokenTtl,
        expiredCsvIs406,
        queryRowCap,
        shuffle);
  }

  public Settings withDeveloperToken(String value) {
    return new Settings(
        port,
        clientId,
        clientSecret,
        scopes,
        value,
        customer,
        tokenTtl,
        expiredCsvIs406,
        queryRowCap,
        shuffle);
  }

  public Settings withTokenTtl(Duration value) {
    return new Settings(
        port,
        clientId,
        clientSecret,
        scopes,
        developerToken,
        customer,
        value,
        expiredCsvIs406,
        queryRowCap,
        shuffle);
  }

  public Settings withExpiredCsvIs406(boolean value) {
    return new Settings(
        port,
        clientId,
        clientSecret,
        scopes,
        developerToken,
        customer,
        tokenTtl,
        value,
        queryRowCap,
        shuffle);
  }

  public Settings withQueryRowCap(int value) {
    return new Settings(
        port,
        clientId,
        clientSecret,
        scopes,
        developerToken,
        customer,
        tokenTtl,
        expiredCsvIs406,
        value,
        shuffle);
  }

  public Settings withShuffle(boolean value) {
    return new Settings(
        port,
        clientId,
        clientSecret,
        scopes,
        developerToken,
        customer,
        tokenTtl,
        expiredCsvIs406,
        queryRowCap,
        value);
  }
}
