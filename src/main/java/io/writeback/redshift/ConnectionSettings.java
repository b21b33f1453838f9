package io.writeback.redshift;

import io.writeback.redshift.ssh.SshSettings;
import io.writeback.redshift.ssh.SshTunnel;
import io.writeback.redshift.ssh.TunnelSocketFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * How to reach the database. Times in ms; a timeout of 0 is none.
 *
 * @param rootCertificates the certificate authorities to trust, or empty for those that the driver
 *     knows
 * @param ssh the way through an SSH server, or empty for a direct connection; the host stays the
 *     real one, so that {@code verify-full} checks the real name
 * @param lockTimeoutMs longest wait for the first lock of a transaction
 * @param statementTimeoutMs longest statement, COPY included
 */
record ConnectionSettings(
    String host,
    int port,
    String database,
    String user,
    String password,
    SslMode sslMode,
    Optional<CertificateFile> rootCertificates,
    Optional<SshSettings> ssh,
    String application,
    long connectTimeoutMs,
    long lockTimeoutMs,
    long statementTimeoutMs) {

  /** What of TLS is checked. */
  enum SslMode {
    VERIFY_FULL,
    VERIFY_CA,
    /** No TLS. */
    NONE;

    static SslMode of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
  }

  String url() {
    return "jdbc:redshift://" + host + ":" + port + "/" + database;
  }

  /**
   * Properties of a connection.
   *
   * @param tunnel that it goes through
   */
  Properties properties(Optional<SshTunnel> tunnel) {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "user",
            user,
            "password",
            password,
            // Unset, the driver sends a frame of the caller's stack.
            "ApplicationName",
            application,
            "connectTimeout",
            String.valueOf(seconds(connectTimeoutMs)),
            "loginTimeout",
            String.valueOf(seconds(connectTimeoutMs)),
            // A NAT forgets connections that are silent during a long COPY.
            "tcpKeepAlive",
            "true",
            "socketTimeout",
            String.valueOf(answerSeconds()),
            "connectionTimezone",
            "UTC"));
    properties.putAll(tls());
    if (tunnel.isPresent()) {
      properties.put("socketFactory", TunnelSocketFactory.class.getName());
      properties.put("socketFactoryArg", tunnel.get().id());
    } else {
      properties.put("socketFactory", KeptAliveSocketFactory.class.getName());
    }
    return properties;
  }

  /**
   * Longest wait for an answer. The server ends a statement in time and says so; if nothing is
   * heard even then, the connection is dead, and without a limit the read would last for ever.
   */
  private long answerSeconds() {
    return statementTimeoutMs == 0
        ? 0
        : seconds(Math.max(statementTimeoutMs, lockTimeoutMs) + connectTimeoutMs);
  }

  private Map<String, String> tls() {
    if (sslMode == SslMode.NONE) {
      return Map.of("ssl", "false");
    }
    String mode = sslMode == SslMode.VERIFY_FULL ? "verify-full" : "verify-ca";
    return rootCertificates
        .map(file -> Map.of("ssl", "true", "sslmode", mode, "sslrootcert", file.path()))
        .orElseGet(() -> Map.of("ssl", "true", "sslmode", mode));
  }

  private static long seconds(long ms) {
    return Math.max(1, (ms + 999) / 1000);
  }

  @Override
  public String toString() {
    return url() + " as " + user;
  }
}
