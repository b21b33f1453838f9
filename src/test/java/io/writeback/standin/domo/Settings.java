package io.writeback.standin.domo;

import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** How a Domo stand-in starts. Immutable. */
public final class Settings {
  private int port;
  private String clientId = "client";
  private String clientSecret = "secret";
  private Set<String> scopes = Set.of("data", "user");
  private String developerToken = "developer-token";
  private String customer = "acmecompany";
  private Duration tokenTtl = Duration.ofSeconds(3599);
  private boolean expiredCsvIs406;
  private int queryRowCap = 1_000_000;
  private boolean shuffle = true;

  private Settings() {}

  /**
   * Any free port, client {@code client} with secret {@code secret}, developer token {@code
   * developer-token}.
   */
  public static Settings defaults() {
    return new Settings();
  }

  private Settings with(Consumer<Settings> change) {
    Settings copy = new Settings();
    copy.port = port;
    copy.clientId = clientId;
    copy.clientSecret = clientSecret;
    copy.scopes = scopes;
    copy.developerToken = developerToken;
    copy.customer = customer;
    copy.tokenTtl = tokenTtl;
    copy.expiredCsvIs406 = expiredCsvIs406;
    copy.queryRowCap = queryRowCap;
    copy.shuffle = shuffle;
    change.accept(copy);
    return copy;
  }

  /** 0 for any free port. */
  public int port() {
    return port;
  }

  public Settings withPort(int other) {
    return with(copy -> copy.port = other);
  }

  public String clientId() {
    return clientId;
  }

  public Settings withClient(String id, String secret) {
    return with(
        copy -> {
          copy.clientId = id;
          copy.clientSecret = secret;
        });
  }

  public String clientSecret() {
    return clientSecret;
  }

  /** What the API client may ask for; asking for none means all of them (pydomo). */
  public Set<String> scopes() {
    return scopes;
  }

  public Settings withScopes(Set<String> other) {
    return with(copy -> copy.scopes = Set.copyOf(other));
  }

  /** What the instance endpoints under {@code /api} want. */
  public String developerToken() {
    return developerToken;
  }

  public Settings withDeveloperToken(String other) {
    return with(copy -> copy.developerToken = other);
  }

  public String customer() {
    return customer;
  }

  /** Life of an access token; Domo answers 3599 seconds. */
  public Duration tokenTtl() {
    return tokenTtl;
  }

  public Settings withTokenTtl(Duration other) {
    return with(copy -> copy.tokenTtl = other);
  }

  /**
   * Whether an expired token on a CSV call is answered with a 406 page, as domo-java-sdk#10 and #11
   * saw, instead of a 401.
   */
  public boolean expiredCsvIs406() {
    return expiredCsvIs406;
  }

  public Settings withExpiredCsvIs406(boolean other) {
    return with(copy -> copy.expiredCsvIs406 = other);
  }

  /** Most rows that one query returns; Domo documents 1,000,000 (360043436093). */
  public int queryRowCap() {
    return queryRowCap;
  }

  public Settings withQueryRowCap(int other) {
    return with(copy -> copy.queryRowCap = other);
  }

  /** Whether queries without ORDER BY come in another order each time. */
  public boolean shuffle() {
    return shuffle;
  }

  public Settings withShuffle(boolean other) {
    return with(copy -> copy.shuffle = other);
  }
}
