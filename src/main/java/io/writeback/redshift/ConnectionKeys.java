package io.writeback.redshift;

import static io.writeback.redshift.RedshiftSinkConfig.*;

import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** The keys that say how Redshift is reached. */
final class ConnectionKeys {
  private ConnectionKeys() {}

  static void redshift(ConfigDef def) {
    connection(new KeyGroup(def, "Redshift"));
  }

  static void security(ConfigDef def) {
    tls(new KeyGroup(def, "TLS"));
    ssh(new KeyGroup(def, "SSH tunnel"));
  }

  private static void connection(KeyGroup keys) {
    keys.required(HOST, "Host name of the cluster or workgroup endpoint.");
    keys.number(
        PORT,
        ConfigDef.Type.INT,
        5439,
        ConfigDef.Range.between(1, 65_535),
        "Port of the endpoint.");
    keys.required(DATABASE, "Database.");
    keys.required(USER, "Database user.");
    keys.secret(PASSWORD, "Password of the user.");
    keys.text(SCHEMA, "public", "Schema of the tables, unless table.map names another one.");
    keys.text(
        CONTROL_SCHEMA,
        "",
        "Schema of the connector's own tables (_wb_*, writeback_snapshots). Default: "
            + SCHEMA
            + ".");
    keys.number(
        CONNECT_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        10_000L,
        ConfigDef.Range.atLeast(1000),
        "Longest wait in ms for a connection to Redshift or S3.");
    keys.number(
        LOCK_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        300_000L,
        ConfigDef.Range.atLeast(100),
        "Longest wait in ms for a lock, on control tables or for DDL. After it the session that"
            + " holds the lock is named, and the work is tried again.");
    keys.number(
        STATEMENT_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        3_600_000L,
        ConfigDef.Range.atLeast(0),
        "Longest statement in ms, COPY included. 0 is no limit.");
    keys.number(
        LOG_RETENTION_MS,
        ConfigDef.Type.LONG,
        30 * 86_400_000L,
        ConfigDef.Range.atLeast(60_000),
        "Age in ms at which rows of the log tables (_wb_log_*) are deleted.");
    keys.flag(
        END_OLD_SESSIONS,
        true,
        "Whether a claim that has waited "
            + LOCK_TIMEOUT_MS
            + " for a lock ends the session that holds it, if that is a session of this delivery:"
            + " its owner is gone or fenced, and what it was doing is done again.");
    keys.number(
        SLICES,
        ConfigDef.Type.INT,
        0,
        ConfigDef.Range.between(0, 4096),
        "Slices of the cluster: a flush is staged in about as many objects, so that all of them"
            + " load. 0 asks the cluster, and takes 8 where it does not say (Serverless).");
    keys.flag(VALIDATION_CONNECT, true, "Whether validation also connects to Redshift and S3.");
  }

  private static void tls(KeyGroup keys) {
    keys.word(
        SSL_MODE,
        "verify-full",
        OneOf.words("verify-full", "verify-ca", "none"),
        "verify-full checks the certificate and the host name; verify-ca the certificate alone;"
            + " none sends password and rows in the clear and is taken for a host on this machine"
            + " only.");
    keys.text(
        SSL_CA,
        "none",
        "Certificate authorities to trust: none (those that the driver knows), PEM text, an https"
            + " URL, or the path of a PEM file.");
  }

  private static void ssh(KeyGroup keys) {
    keys.text(SSH_HOST, "", "SSH server to go through to Redshift. Empty: no tunnel.");
    keys.number(
        SSH_PORT,
        ConfigDef.Type.INT,
        22,
        ConfigDef.Range.between(1, 65_535),
        "Port of the server.");
    keys.text(SSH_USER, "", "User of the server.");
    keys.secret(SSH_PASSWORD, "Password of the user. Not needed with a private key.");
    keys.secret(
        SSH_PRIVATE_KEY,
        "Private key of the user, RSA, ECDSA or Ed25519, in OpenSSH's form or as PEM: its text, or"
            + " the path of its file.");
    keys.secret(SSH_PASSPHRASE, "Passphrase of the private key.");
    keys.text(
        SSH_KNOWN_HOSTS,
        "",
        "Keys that the server may have: lines of a known_hosts file (ssh-keyscan prints them), or"
            + " the path of one.");
    keys.list(
        SSH_FINGERPRINTS,
        null,
        Importance.MEDIUM,
        "Fingerprints of keys that the server may have, such as SHA256:…, as ssh-keygen -l prints"
            + " them. One of this and "
            + SSH_KNOWN_HOSTS
            + " is needed: a server that nobody has checked could read all rows.");
    keys.number(
        SSH_KEEPALIVE_MS,
        ConfigDef.Type.LONG,
        15_000L,
        ConfigDef.Range.atLeast(1000),
        "How often in ms the server is asked whether it is there. After three times without an"
            + " answer the connection is made again.");
  }
}
