package io.writeback.standin.redshift;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.Options;
import io.writeback.standin.StandIn;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/**
 * Redshift on a loopback port for the real {@code redshift-jdbc42} driver: a wire proxy that is as
 * strict as the documentation, before an embedded PostgreSQL that keeps tables and transactions. It
 * proves our logic; the interplay of snapshots and locks and all speed are proven by the service
 * only.
 */
public final class RedshiftStandIn implements StandIn {
  private static final Set<String> OPTIONS =
      Set.of(
          "port",
          "database",
          "user",
          "password",
          "tls",
          "plain",
          "isolation",
          "ca.file",
          "s3.endpoint",
          "s3.region",
          "role.arn",
          "role.access.key.id",
          "role.secret.access.key");

  private final Cluster cluster;
  private final Listener listener;
  private final CertificateAuthority authority;
  private final Path caFile;

  private RedshiftStandIn(
      Cluster cluster, Listener listener, CertificateAuthority authority, Path caFile) {
    this.cluster = cluster;
    this.listener = listener;
    this.authority = authority;
    this.caFile = caFile;
  }

  /** Starts one; it accepts connections when this returns. */
  public static RedshiftStandIn start(RedshiftSettings settings) throws IOException {
    CertificateAuthority authority = settings.tls() ? settings.authority() : null;
    List<String> hosts = new ArrayList<>(List.of("localhost", "127.0.0.1"));
    hosts.addAll(settings.hostNames());
    SSLContext tls = authority == null ? null : authority.serverContext(hosts);
    Path caFile = authority == null ? null : authority.writeTemporaryPem();
    ServerSocket port = Listener.open(settings.port());
    try {
      Cluster cluster = new Cluster(settings, PostgresDatabase.start(settings));
      Listener listener = new Listener(port, new Reception(cluster, tls));
      return new RedshiftStandIn(cluster, listener, authority, caFile);
    } catch (SQLException e) {
      port.close();
      throw new IOException("PostgreSQL cannot be prepared: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      port.close();
      throw e;
    }
  }

  public String host() {
    return "localhost";
  }

  public int port() {
    return listener.port();
  }

  public String database() {
    return cluster.settings().database();
  }

  public String user() {
    return cluster.settings().user();
  }

  public String password() {
    return cluster.settings().password();
  }

  /** For the Redshift driver, without options: it asks for TLS that the caller has to trust. */
  public String jdbcUrl() {
    return "jdbc:redshift://%s:%d/%s".formatted(host(), port(), database());
  }

  /** For the Redshift driver, without TLS. */
  public String plainJdbcUrl() {
    return jdbcUrl() + "?ssl=false";
  }

  /** The PostgreSQL behind, for the eyes of tests; no rule of Redshift holds there. */
  public String adminUrl() {
    return cluster.database().adminUrl();
  }

  /** The certificate to trust, for {@code sslrootcert}. */
  public Path caFile() {
    return caFile;
  }

  /** The certificate to trust, as PEM text. */
  public String caPem() {
    return authority.pem();
  }

  public FaultPlan<RedshiftCall, RedshiftFault> faults() {
    return cluster.faults();
  }

  /** Statements of which PostgreSQL executes others: a warehouse that is not as documented. */
  public FaultPlan<String, UnaryOperator<String>> rewrites() {
    return cluster.rewrites();
  }

  /** How many clients are logged in. */
  public int sessions() {
    return cluster.sessions().count();
  }

  /** Resets every connection, whatever it does. */
  public void resetConnections() {
    cluster.sessions().resetAll();
  }

  @Override
  public URI endpoint() {
    return URI.create("redshift://%s:%d/%s".formatted(host(), port(), database()));
  }

  @Override
  public void close() {
    listener.close();
    cluster.database().close();
  }

  /**
   * Runs one until interrupted. Options: {@code --port} (5439), {@code --database}, {@code --user},
   * {@code --password}, {@code --tls} and {@code --plain} (true), {@code --isolation}
   * (snapshot|serializable), {@code --ca.file} (where to write the certificate to trust), {@code
   * --s3.endpoint}, {@code --s3.region}, {@code --role.arn} with {@code --role.access.key.id} and
   * {@code --role.secret.access.key}.
   */
  public static void main(String[] args) {
    Options.main(args, OPTIONS, options -> Program.run(options));
  }

  /** The body of the program. */
  private static final class Program {
    private static RedshiftSettings.Isolation isolation(String level) {
      return switch (level) {
        case "snapshot" -> RedshiftSettings.Isolation.SNAPSHOT;
        case "serializable" -> RedshiftSettings.Isolation.SERIALIZABLE;
        default -> throw new IllegalArgumentException("--isolation is snapshot or serializable");
      };
    }

    static void run(Options options) throws Exception {
      RedshiftSettings.Builder settings =
          RedshiftSettings.builder()
              .port((int) options.number("port", 5439))
              .tls(options.text("tls").map(Boolean::parseBoolean).orElse(true))
              .plain(options.text("plain").map(Boolean::parseBoolean).orElse(true))
              .owner(
                  options.text("user").orElse("awsuser"),
                  options.text("password").orElse("Passw0rd"));
      options.text("database").ifPresent(settings::database);
      options.text("isolation").map(Program::isolation).ifPresent(settings::isolation);
      String region = options.text("s3.region").orElse("us-east-1");
      options
          .text("s3.endpoint")
          .ifPresent(url -> settings.objects(new S3Objects(URI.create(url), region)));
      AwsKeys role =
          AwsKeys.of(
              options.text("role.access.key.id").orElse(""),
              options.text("role.secret.access.key").orElse(""));
      options.text("role.arn").ifPresent(arn -> settings.role(arn, role));
      RedshiftStandIn standIn = start(settings.build());
      Runtime.getRuntime().addShutdownHook(new Thread(standIn::close));
      if (options.text("ca.file").isPresent()) {
        Files.writeString(Path.of(options.text("ca.file").get()), standIn.caPem());
      }
      System.out.println("redshift stand-in at " + standIn.jdbcUrl());
      Thread.currentThread().join();
    }
  }
}
