package io.writeback.redshift;

import io.writeback.redshift.ConnectionSettings.SslMode;
import io.writeback.redshift.ssh.SshSettings;
import io.writeback.sink.SinkConfig;
import io.writeback.sink.SinkSettings;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The configuration of the Redshift sink, parsed. */
final class RedshiftSinkConfig extends AbstractConfig {
  static final String HOST = "redshift.host";
  static final String PORT = "redshift.port";
  static final String DATABASE = "redshift.database";
  static final String USER = "redshift.user";
  static final String PASSWORD = "redshift.password";
  static final String SCHEMA = "redshift.schema";
  static final String CONTROL_SCHEMA = "redshift.control.schema";
  static final String OVERWRITE_METHOD = "redshift.overwrite.method";
  static final String TYPE_CHANGE = "redshift.type.change";
  static final String DELETED_FIELD = "redshift.upsert.deleted.field";
  static final String NEW_COLUMNS = "redshift.new.columns";
  static final String OTHER_DELIVERIES = "redshift.table.other.deliveries";
  static final String VALUES_OVERSIZE = "redshift.values.oversize";
  static final String VALUES_NUL = "redshift.values.nul";
  static final String VALUES_EMPTY_BYTES = "redshift.values.empty.bytes";
  static final String TABLE_DISTSTYLE = "redshift.table.diststyle";
  static final String TABLE_DISTKEY = "redshift.table.distkey";
  static final String TABLE_SORTKEYS = "redshift.table.sortkeys";
  static final String TABLE_GRANTS = "redshift.table.grants";
  static final String SQL_BEFORE = "redshift.sql.before";
  static final String SQL_AFTER = "redshift.sql.after";
  static final String LOG_RETENTION_MS = "redshift.log.retention.ms";
  static final String END_OLD_SESSIONS = "redshift.end.old.sessions";
  static final String SLICES = "redshift.slices";
  static final String S3_ENCRYPTION = "s3.encryption";
  static final String S3_KMS_KEY_ID = "s3.kms.key.id";
  static final String CONNECT_TIMEOUT_MS = "redshift.connect.timeout.ms";
  static final String LOCK_TIMEOUT_MS = "redshift.lock.timeout.ms";
  static final String STATEMENT_TIMEOUT_MS = "redshift.statement.timeout.ms";
  static final String VALIDATION_CONNECT = "validation.connect";
  static final String SSL_MODE = "redshift.ssl.mode";
  static final String SSL_CA = "redshift.ssl.ca";
  static final String SSH_HOST = "ssh.host";
  static final String SSH_PORT = "ssh.port";
  static final String SSH_USER = "ssh.user";
  static final String SSH_PASSWORD = "ssh.password";
  static final String SSH_PRIVATE_KEY = "ssh.private.key";
  static final String SSH_PASSPHRASE = "ssh.private.key.passphrase";
  static final String SSH_KNOWN_HOSTS = "ssh.known.hosts";
  static final String SSH_FINGERPRINTS = "ssh.host.key.fingerprints";
  static final String SSH_KEEPALIVE_MS = "ssh.keepalive.interval.ms";
  static final String IAM_ROLE = "redshift.iam.role";
  static final String COPY_OPTIONS = "redshift.copy.options";
  static final String S3_BUCKET = "s3.bucket";
  static final String S3_PREFIX = "s3.prefix";
  static final String S3_REGION = "s3.region";
  static final String S3_ACCESS_KEY_ID = "s3.access.key.id";
  static final String S3_SECRET_ACCESS_KEY = "s3.secret.access.key";
  static final String S3_SESSION_TOKEN = "s3.session.token";
  static final String S3_ENDPOINT = "s3.endpoint";
  static final String S3_PATH_STYLE = "s3.path.style";
  static final String S3_CHECKSUMS = "s3.checksums";
  static final String S3_REQUEST_TIMEOUT_MS = "s3.request.timeout.ms";
  static final String STAGING_COMPRESSION = "staging.compression";
  static final String STAGING_PART_BYTES = "staging.part.bytes";
  static final String STAGING_UPLOAD_THREADS = "staging.upload.threads";

  /** All keys, in the order in which a user meets them. */
  static ConfigDef definition() {
    return SinkConfig.define(RedshiftConfigKeys.define(new ConfigDef()));
  }

  RedshiftSinkConfig(Map<String, String> properties) {
    super(definition(), properties, false);
  }

  SinkSettings sink() {
    return SinkConfig.settings(this, getString(SCHEMA));
  }

  String controlSchema() {
    String schema = getString(CONTROL_SCHEMA);
    return schema.isBlank() ? getString(SCHEMA) : schema;
  }

  Optional<String> iamRole() {
    return Optional.of(getString(IAM_ROLE).trim()).filter(role -> !role.isEmpty());
  }

  /** Whether overwrite puts a new table in the place of the old one. */
  boolean swaps() {
    return getString(OVERWRITE_METHOD).equals("swap");
  }

  TableDesign tableDesign() {
    String style = getString(TABLE_DISTSTYLE).toUpperCase(Locale.ROOT);
    return new TableDesign(
        Optional.of(style).filter(s -> !s.equals("AUTO")),
        Optional.of(getString(TABLE_DISTKEY).trim()).filter(key -> !key.isEmpty()),
        getList(TABLE_SORTKEYS),
        getList(TABLE_GRANTS).stream().map(text -> Grant.of(TABLE_GRANTS, text)).toList());
  }

  SqlHooks hooks() {
    return new SqlHooks(
        SqlHooks.statements(getString(SQL_BEFORE)), SqlHooks.statements(getString(SQL_AFTER)));
  }

  /** Whether another delivery may bring the same topic into the same table. */
  boolean otherDeliveriesAllowed() {
    return getString(OTHER_DELIVERIES).equals("allow");
  }

  /** Which rows are reported rather than let change their table. */
  Misfits misfits(TargetTables targets) {
    return new Misfits(
        targets, typeChange() == TypeChange.REPORT, getString(NEW_COLUMNS).equals("report"));
  }

  TypeChange typeChange() {
    return TypeChange.of(getString(TYPE_CHANGE));
  }

  ValuePolicy valuePolicy() {
    return new ValuePolicy(
        ValuePolicy.Choice.of(getString(VALUES_OVERSIZE)),
        ValuePolicy.Choice.of(getString(VALUES_NUL)),
        ValuePolicy.Choice.of(getString(VALUES_EMPTY_BYTES)));
  }

  /** As whom Redshift reads the bucket, now. */
  CopyStatement.Authorization authorization(AwsClients clients, Secrets secrets) {
    return iamRole()
        .<CopyStatement.Authorization>map(CopyStatement.Authorization.Role::new)
        .orElseGet(
            () -> {
              // Keys of a role change while the task runs; each new pair is hidden before use.
              AwsKeys keys = clients.currentKeys();
              secrets.add(keys);
              return new CopyStatement.Authorization.Keys(keys);
            });
  }

  String copyOptions() {
    return getString(COPY_OPTIONS);
  }

  ConnectionSettings connection() {
    SinkSettings sink = sink();
    return new ConnectionSettings(
        getString(HOST),
        getInt(PORT),
        getString(DATABASE),
        getString(USER),
        getPassword(PASSWORD).value(),
        SslMode.of(getString(SSL_MODE)),
        CertificateAuthorities.file(getString(SSL_CA), getLong(CONNECT_TIMEOUT_MS)),
        ssh(),
        "writeback-" + sink.connector() + "-" + sink.task(),
        getLong(CONNECT_TIMEOUT_MS),
        getLong(LOCK_TIMEOUT_MS),
        getLong(STATEMENT_TIMEOUT_MS));
  }

  /** The way through an SSH server, if there is one. */
  Optional<SshSettings> ssh() {
    if (getString(SSH_HOST).isBlank()) {
      return Optional.empty();
    }
    return Optional.of(
        new SshSettings(
            getString(SSH_HOST).trim(),
            getInt(SSH_PORT),
            getString(SSH_USER).trim(),
            given(SSH_PASSWORD),
            given(SSH_PRIVATE_KEY).map(key -> TextOrFile.read(SSH_PRIVATE_KEY, key, "-----BEGIN")),
            given(SSH_PASSPHRASE),
            Optional.of(getString(SSH_KNOWN_HOSTS))
                .filter(text -> !text.isBlank())
                .map(text -> TextOrFile.read(SSH_KNOWN_HOSTS, text, " ")),
            getList(SSH_FINGERPRINTS),
            getLong(SSH_KEEPALIVE_MS),
            getLong(CONNECT_TIMEOUT_MS)));
  }

  private Optional<String> given(String key) {
    return Optional.of(getPassword(key).value()).filter(value -> !value.isBlank());
  }

  S3Settings s3() {
    return new S3Settings(
        getString(S3_BUCKET),
        getString(S3_PREFIX).replaceAll("^/+|/+$", ""),
        getString(S3_REGION),
        Optional.of(getString(S3_ENDPOINT)).filter(url -> !url.isBlank()).map(URI::create),
        getBoolean(S3_PATH_STYLE),
        getBoolean(S3_CHECKSUMS),
        keys(),
        getInt(STAGING_UPLOAD_THREADS),
        getLong(STAGING_PART_BYTES),
        encryption(),
        Compression.of(getString(STAGING_COMPRESSION)),
        getLong(CONNECT_TIMEOUT_MS),
        getLong(S3_REQUEST_TIMEOUT_MS));
  }

  private S3Settings.Encryption encryption() {
    String key = getString(S3_KMS_KEY_ID).trim();
    return new S3Settings.Encryption(
        getString(S3_ENCRYPTION), Optional.of(key).filter(id -> !id.isEmpty()));
  }

  Optional<AwsKeys> keys() {
    String id = getString(S3_ACCESS_KEY_ID);
    String token = getPassword(S3_SESSION_TOKEN).value();
    return id.isBlank()
        ? Optional.empty()
        : Optional.of(
            new AwsKeys(
                id,
                getPassword(S3_SECRET_ACCESS_KEY).value(),
                Optional.of(token).filter(t -> !t.isEmpty())));
  }

  Secrets secrets() {
    Secrets secrets = new Secrets();
    secrets.add(getPassword(PASSWORD).value());
    given(SSH_PASSWORD).ifPresent(secrets::add);
    given(SSH_PASSPHRASE).ifPresent(secrets::add);
    keys().ifPresent(secrets::add);
    return secrets;
  }
}
