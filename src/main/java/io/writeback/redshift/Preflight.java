package io.writeback.redshift;

import io.writeback.config.ConfigErrors;
import io.writeback.redshift.ssh.SshFailure;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Validation that really connects. Only a definite no is an error of the configuration: a service
 * that does not answer would otherwise keep a user from changing anything while it is down.
 */
final class Preflight {
  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);
  private static final long LONGEST_CALL_MS = 10_000;

  private final RedshiftSinkConfig config;
  private final ConfigErrors errors;

  private Preflight(RedshiftSinkConfig config, ConfigErrors errors) {
    this.config = config;
    this.errors = errors;
  }

  static void run(Map<String, String> properties, ConfigErrors errors) {
    RedshiftSinkConfig config = new RedshiftSinkConfig(properties);
    if (config.getBoolean(RedshiftSinkConfig.VALIDATION_CONNECT)) {
      Preflight preflight = new Preflight(config, errors);
      preflight.database();
      preflight.bucket();
      if (!errors.any()) {
        preflight.copy();
      }
    }
  }

  private void database() {
    ConnectionSettings settings;
    try {
      settings = bounded(config.connection());
    } catch (ConfigException e) {
      errors.error(textKey(e), e.getMessage());
      return;
    }
    try (Sessions sessions =
        new Sessions(settings, new RedshiftFaults(config.secrets()), Optional.empty())) {
      sessions.call(
          "look at the schemas",
          session -> {
            schema(session, RedshiftSinkConfig.SCHEMA, config.getString(RedshiftSinkConfig.SCHEMA));
            schema(session, RedshiftSinkConfig.CONTROL_SCHEMA, config.controlSchema());
            return null;
          });
    } catch (FaultException e) {
      refused(e, databaseKey(e), definite(e));
    }
  }

  private void schema(Session session, String key, String schema) throws SQLException {
    String name = ColumnNames.fold(schema);
    boolean exists =
        session
                .query(
                    "SELECT COUNT(*) FROM pg_namespace WHERE nspname = ?",
                    row -> row.getLong(1),
                    name)
                .get(0)
            > 0;
    if (!exists) {
      errors.error(key, "schema " + name + " does not exist in the database: create it");
      return;
    }
    List<Boolean> may =
        session.query(
            "SELECT has_schema_privilege(?, 'USAGE') AND has_schema_privilege(?, 'CREATE')",
            row -> row.getBoolean(1),
            name,
            name);
    if (!may.get(0)) {
      errors.error(
          key,
          "user "
              + config.getString(RedshiftSinkConfig.USER)
              + " may not make tables in schema "
              + name
              + ": GRANT USAGE, CREATE ON SCHEMA "
              + name);
    }
  }

  private void bucket() {
    S3Settings s3 = bounded(config.s3());
    RedshiftFaults faults = new RedshiftFaults(config.secrets());
    ObjectKeys keys = new ObjectKeys(s3.prefix(), config.sink().deliveryId());
    String key = keys.probe(UUID.randomUUID().toString());
    try (AwsClients clients = new AwsClients(s3);
        S3Stage stage = new S3Stage(clients.s3(), s3, faults, "validate")) {
      stage.put(key, "may be deleted".getBytes(StandardCharsets.UTF_8));
      stage.delete(List.of(key));
    } catch (FaultException e) {
      refused(e, bucketKey(e), e.fault() == Fault.CONFIGURATION);
    }
  }

  /** Whether Redshift may read what the worker writes: one row into a temporary table. */
  private void copy() {
    S3Settings s3 = bounded(config.s3());
    RedshiftFaults faults = new RedshiftFaults(config.secrets());
    ObjectKeys keys = new ObjectKeys(s3.prefix(), config.sink().deliveryId());
    byte[] row = "1\n".getBytes(StandardCharsets.UTF_8);
    StagedObject object =
        new StagedObject(
            keys.probe(UUID.randomUUID().toString()),
            List.of(new Column("a", RedshiftType.of(RedshiftType.Kind.INTEGER))),
            0,
            Compression.NONE,
            1,
            row.length,
            0,
            0,
            0,
            0);
    String table = Sql.identifier("_wb_check_" + UUID.randomUUID().toString().substring(0, 8));
    try (Sessions sessions = new Sessions(bounded(config.connection()), faults, Optional.empty());
        AwsClients clients = new AwsClients(s3);
        S3Stage stage = new S3Stage(clients.s3(), s3, faults, "validate")) {
      stage.put(object.key(), row);
      Copier copier =
          new Copier(
              stage,
              keys,
              s3.region(),
              () -> config.authorization(clients, config.secrets()),
              config.copyOptions());
      try {
        sessions.call(
            "make a temporary table",
            session -> {
              session.execute("CREATE TEMP TABLE " + table + " (a INTEGER)");
              copier.copy(session, table, List.of(object));
              return null;
            });
      } finally {
        stage.delete(List.of(object.key()));
      }
    } catch (FaultException e) {
      boolean definite = e.fault() == Fault.CONFIGURATION || e instanceof MissingObjectException;
      refused(e, copyKey(e), definite);
    }
  }

  private String copyKey(FaultException e) {
    String state =
        e.getCause() instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "";
    if (state.equals("42501")) {
      return RedshiftSinkConfig.USER;
    }
    if (state.equals("42601")) {
      return RedshiftSinkConfig.COPY_OPTIONS;
    }
    return config.iamRole().isPresent()
        ? RedshiftSinkConfig.IAM_ROLE
        : RedshiftSinkConfig.S3_ACCESS_KEY_ID;
  }

  private void refused(FaultException e, String key, boolean definite) {
    if (definite) {
      errors.error(key, e.getMessage());
    } else {
      LOG.warn("Validation could not find out whether {} is right: {}", key, e.getMessage());
    }
  }

  private static boolean definite(FaultException e) {
    return e.fault() == Fault.CONFIGURATION
        || wrongName(e)
        || caused(e, SSLException.class)
        || caused(e, UnknownHostException.class);
  }

  /** The messages of texts and files begin with their key. */
  private static String textKey(ConfigException e) {
    return Stream.of(RedshiftSinkConfig.SSH_PRIVATE_KEY, RedshiftSinkConfig.SSH_KNOWN_HOSTS)
        .filter(key -> String.valueOf(e.getMessage()).startsWith(key + ":"))
        .findFirst()
        .orElse(RedshiftSinkConfig.SSL_CA);
  }

  private String sshKey(SshFailure e) {
    return switch (e.part()) {
      case HOST -> RedshiftSinkConfig.SSH_HOST;
      case HOST_KEY ->
          config.getString(RedshiftSinkConfig.SSH_KNOWN_HOSTS).isBlank()
              ? RedshiftSinkConfig.SSH_FINGERPRINTS
              : RedshiftSinkConfig.SSH_KNOWN_HOSTS;
      case USER -> RedshiftSinkConfig.SSH_USER;
      case PASSWORD -> RedshiftSinkConfig.SSH_PASSWORD;
      case PRIVATE_KEY -> RedshiftSinkConfig.SSH_PRIVATE_KEY;
      case PASSPHRASE -> RedshiftSinkConfig.SSH_PASSPHRASE;
      case DESTINATION -> RedshiftSinkConfig.HOST;
    };
  }

  private String databaseKey(FaultException e) {
    if (e instanceof SshFailure failure) {
      return sshKey(failure);
    }
    if (wrongName(e)) {
      return RedshiftSinkConfig.HOST;
    }
    if (caused(e, SSLException.class)) {
      return RedshiftSinkConfig.SSL_CA;
    }
    if (caused(e, UnknownHostException.class)) {
      return RedshiftSinkConfig.HOST;
    }
    String state =
        e.getCause() instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "";
    if (state.startsWith("28")) {
      return RedshiftSinkConfig.PASSWORD;
    }
    return state.startsWith("3D") ? RedshiftSinkConfig.DATABASE : RedshiftSinkConfig.USER;
  }

  private static String bucketKey(FaultException e) {
    if (e.getCause() instanceof S3Exception s3 && s3.statusCode() != 403) {
      return s3.statusCode() == 301 || s3.statusCode() == 400
          ? RedshiftSinkConfig.S3_REGION
          : RedshiftSinkConfig.S3_BUCKET;
    }
    return RedshiftSinkConfig.S3_ACCESS_KEY_ID;
  }

  /** The driver says in words alone that the certificate has another name. */
  private static boolean wrongName(FaultException e) {
    return e.getMessage().contains("could not be verified by hostnameverifier");
  }

  private static boolean caused(Throwable failure, Class<? extends Throwable> by) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (by.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  private static ConnectionSettings bounded(ConnectionSettings s) {
    return new ConnectionSettings(
        s.host(),
        s.port(),
        s.database(),
        s.user(),
        s.password(),
        s.sslMode(),
        s.rootCertificates(),
        s.ssh(),
        s.application(),
        Math.min(LONGEST_CALL_MS, s.connectTimeoutMs()),
        LONGEST_CALL_MS,
        LONGEST_CALL_MS);
  }

  private static S3Settings bounded(S3Settings s) {
    return new S3Settings(
        s.bucket(),
        s.prefix(),
        s.region(),
        s.endpoint(),
        s.pathStyle(),
        s.checksums(),
        s.keys(),
        1,
        s.partBytes(),
        s.encryption(),
        s.compression(),
        Math.min(LONGEST_CALL_MS, s.connectTimeoutMs()),
        Math.min(LONGEST_CALL_MS, s.requestTimeoutMs()));
  }
}
