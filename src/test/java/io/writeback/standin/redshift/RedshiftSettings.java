package io.writeback.standin.redshift;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a stand-in behaves.
 *
 * @param port 0 for a free one
 * @param users passwords by user name; {@code user} owns the database
 * @param tls whether TLS is offered
 * @param plain whether a connection without TLS is accepted
 * @param authority who signs the server certificate
 * @param hostNames names in the server certificate besides localhost and 127.0.0.1
 * @param caseSensitive the default of {@code enable_case_sensitive_identifier}
 * @param quotedNullIsNull whether COPY reads a quoted field equal to the NULL AS text as null; the
 *     documentation says "fields that match" and nothing about quotes
 * @param linesAreRecords whether load errors give the number of the record instead of the line; the
 *     documentation says "line number in the load file", and nothing about quoted line feeds
 * @param objects what COPY reads; null if COPY is not to be used
 * @param roles keys that an attached IAM role stands for, by ARN or {@code default}
 */
public record RedshiftSettings(
    int port,
    String database,
    String user,
    Map<String, String> users,
    boolean tls,
    boolean plain,
    CertificateAuthority authority,
    List<String> hostNames,
    Isolation isolation,
    boolean caseSensitive,
    boolean quotedNullIsNull,
    boolean linesAreRecords,
    ObjectSource objects,
    Map<String, AwsKeys> roles) {

  /** Isolation level of the database (Developer Guide, "Serializable isolation"). */
  public enum Isolation {
    SNAPSHOT("repeatable read"),
    SERIALIZABLE("serializable");

    private final String inPostgres;

    Isolation(String inPostgres) {
      this.inPostgres = inPostgres;
    }

    String inPostgres() {
      return inPostgres;
    }
  }

  public RedshiftSettings {
    users = Map.copyOf(users);
    hostNames = List.copyOf(hostNames);
    roles = Map.copyOf(roles);
  }

  /** Database dev, user awsuser with password Passw0rd, TLS offered, plain accepted, SNAPSHOT. */
  public static RedshiftSettings defaults() {
    return new Builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  String password() {
    return users.get(user);
  }

  /** Collects settings; what is not set has the value of {@link #defaults()}. */
  public static final class Builder {
    private int port;
    private String database = "dev";
    private String user = "awsuser";
    private final Map<String, String> users = new LinkedHashMap<>();
    private boolean tls = true;
    private boolean plain = true;
    private CertificateAuthority authority = new CertificateAuthority("standin-ca");
    private List<String> hostNames = List.of();
    private Isolation isolation = Isolation.SNAPSHOT;
    private boolean caseSensitive;
    private boolean quotedNullIsNull = true;
    private boolean linesAreRecords;
    private ObjectSource objects;
    private final Map<String, AwsKeys> roles = new HashMap<>();

    public Builder port(int value) {
      port = value;
      return this;
    }

    public Builder database(String value) {
      database = value;
      return this;
    }

    /** The owner of the database. */
    public Builder owner(String name, String password) {
      users.remove(user);
      user = name;
      return user(name, password);
    }

    /** One more user. */
    public Builder user(String name, String password) {
      users.put(name, password);
      return this;
    }

    public Builder tls(boolean value) {
      tls = value;
      return this;
    }

    public Builder plain(boolean value) {
      plain = value;
      return this;
    }

    /** Who signs the server certificate; one of its own by default. */
    public Builder authority(CertificateAuthority value) {
      authority = value;
      return this;
    }

    public Builder hostNames(String... values) {
      hostNames = List.of(values);
      return this;
    }

    public Builder isolation(Isolation value) {
      isolation = value;
      return this;
    }

    public Builder caseSensitive(boolean value) {
      caseSensitive = value;
      return this;
    }

    public Builder quotedNullIsNull(boolean value) {
      quotedNullIsNull = value;
      return this;
    }

    public Builder linesAreRecords(boolean value) {
      linesAreRecords = value;
      return this;
    }

    public Builder objects(ObjectSource value) {
      objects = value;
      return this;
    }

    public Builder role(String arn, AwsKeys keys) {
      roles.put(arn, keys);
      return this;
    }

    public RedshiftSettings build() {
      users.putIfAbsent(user, "Passw0rd");
      return new RedshiftSettings(
          port,
          database,
          user,
          users,
          tls,
          plain,
          authority,
          hostNames,
          isolation,
          caseSensitive,
          quotedNullIsNull,
          linesAreRecords,
          objects,
          roles);
    }
  }
}
