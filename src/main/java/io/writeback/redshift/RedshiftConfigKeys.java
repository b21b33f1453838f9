package io.writeback.redshift;

import static io.writeback.redshift.RedshiftSinkConfig.*;

import io.writeback.config.OneOf;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** The keys of the Redshift sink with their defaults and their documentation. */
final class RedshiftConfigKeys {
  private final ConfigDef def;
  private String group;
  private int order;

  private RedshiftConfigKeys(ConfigDef def) {
    this.def = def;
  }

  static ConfigDef define(ConfigDef def) {
    RedshiftConfigKeys keys = new RedshiftConfigKeys(def);
    keys.connection();
    keys.tables();
    keys.design();
    keys.tls();
    keys.ssh();
    keys.copy();
    keys.bucket();
    keys.staging();
    return def;
  }

  private void connection() {
    group("Redshift");
    required(HOST, "Host name of the cluster or workgroup endpoint.");
    number(
        PORT,
        ConfigDef.Type.INT,
        5439,
        ConfigDef.Range.between(1, 65_535),
        "Port of the endpoint.");
    required(DATABASE, "Database.");
    required(USER, "Database user.");
    secret(PASSWORD, "Password of the user.");
    text(SCHEMA, "public", "Schema of the tables, unless table.map names another one.");
    text(
        CONTROL_SCHEMA,
        "",
        "Schema of the connector's own tables (_wb_*, writeback_snapshots). Default: "
            + SCHEMA
            + ".");
    number(
        CONNECT_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        10_000L,
        ConfigDef.Range.atLeast(1000),
        "Longest wait in ms for a connection to Redshift or S3.");
    number(
        LOCK_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        300_000L,
        ConfigDef.Range.atLeast(100),
        "Longest wait in ms for a lock, on control tables or for DDL. After it the session that"
            + " holds the lock is named, and the work is tried again.");
    number(
        STATEMENT_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        3_600_000L,
        ConfigDef.Range.atLeast(0),
        "Longest statement in ms, COPY included. 0 is no limit.");
    number(
        LOG_RETENTION_MS,
        ConfigDef.Type.LONG,
        30 * 86_400_000L,
        ConfigDef.Range.atLeast(60_000),
        "Age in ms at which rows of the log tables (_wb_log_*) are deleted.");
    flag(
        END_OLD_SESSIONS,
        true,
        "Whether a claim that has waited "
            + LOCK_TIMEOUT_MS
            + " for a lock ends the session that holds it, if that is a session of this delivery:"
            + " its owner is gone or fenced, and what it was doing is done again.");
    number(
        SLICES,
        ConfigDef.Type.INT,
        0,
        ConfigDef.Range.between(0, 4096),
        "Slices of the cluster: a flush is staged in about as many objects, so that all of them"
            + " load. 0 asks the cluster, and takes 8 where it does not say (Serverless).");
    flag(VALIDATION_CONNECT, true, "Whether validation also connects to Redshift and S3.");
  }

  private void tables() {
    group("Tables of Redshift");
    word(
        OVERWRITE_METHOD,
        "replace",
        OneOf.words("replace", "swap"),
        "With write.mode=overwrite: replace deletes and loads in one transaction, and keeps views"
            + " and grants; swap loads a new table and gives it the name, which suits very large"
            + " tables, copies grants, and refuses to work while ordinary views depend on the"
            + " table.");
    word(
        TYPE_CHANGE,
        "fail",
        OneOf.words("fail", "column"),
        "What happens when the records bring a type that a column cannot hold exactly. fail: nothing"
            + " is loaded until the column or the records are changed. column: the values go to a"
            + " new column, named <column>__<type>.");
    word(
        VALUES_OVERSIZE,
        "fail",
        OneOf.words("fail", "truncate", "null"),
        "What happens to a text of more than 65,535 bytes, bytes of more than 1,024,000, or a nested"
            + " value of more than 16,000,000. fail: the record is reported as errant. truncate:"
            + " texts and bytes are shortened, a nested value still fails. null: the value becomes"
            + " null. The log table counts both. Values of a key are never changed.");
    word(
        VALUES_NUL,
        "fail",
        OneOf.words("fail", "truncate", "null"),
        "What happens to a text with a NUL character, which Redshift cannot store. fail: the record"
            + " is reported as errant. truncate: the NUL characters go. null: the value becomes"
            + " null.");
    word(
        VALUES_EMPTY_BYTES,
        "fail",
        OneOf.words("fail", "null"),
        "What happens to bytes without any byte, which COPY reads as null. fail: the record is"
            + " reported as errant. null: it becomes null, and the log table counts it.");
  }

  private void design() {
    group("New tables of Redshift");
    word(
        TABLE_DISTSTYLE,
        "auto",
        OneOf.words("auto", "even", "all", "key"),
        "Distribution of new tables. auto lets Redshift choose; key needs " + TABLE_DISTKEY + ".");
    text(TABLE_DISTKEY, "", "Column that new tables are distributed by, where they have it.");
    list(TABLE_SORTKEYS, null, "Columns that new tables are sorted by, where they have them.");
    list(
        TABLE_GRANTS,
        ConfigDef.LambdaValidator.with(
            (name, value) -> ((List<?>) value).forEach(text -> Grant.of(name, text.toString())),
            () -> "SELECT TO GROUP analysts, …"),
        "What is granted on new tables, such as SELECT TO GROUP analysts, SELECT TO maria, ALL TO"
            + " ROLE loader.");
    text(
        SQL_BEFORE,
        "",
        "Statements before the rows of a table are loaded, in the same transaction; a semicolon at"
            + " the end of a line separates them, {table} is the table. None that end the"
            + " transaction.");
    text(SQL_AFTER, "", "As " + SQL_BEFORE + ", after the rows are loaded.");
  }

  private void tls() {
    group("TLS");
    word(
        SSL_MODE,
        "verify-full",
        OneOf.words("verify-full", "verify-ca", "none"),
        "verify-full checks the certificate and the host name; verify-ca the certificate alone;"
            + " none sends password and rows in the clear and is taken for a host on this machine"
            + " only.");
    text(
        SSL_CA,
        "none",
        "Certificate authorities to trust: none (those that the driver knows), PEM text, an https"
            + " URL, or the path of a PEM file.");
  }

  private void ssh() {
    group("SSH tunnel");
    text(SSH_HOST, "", "SSH server to go through to Redshift. Empty: no tunnel.");
    number(
        SSH_PORT,
        ConfigDef.Type.INT,
        22,
        ConfigDef.Range.between(1, 65_535),
        "Port of the server.");
    text(SSH_USER, "", "User of the server.");
    secret(SSH_PASSWORD, "Password of the user. Not needed with a private key.");
    secret(
        SSH_PRIVATE_KEY,
        "Private key of the user, RSA, ECDSA or Ed25519, in OpenSSH's form or as PEM: its text, or"
            + " the path of its file.");
    secret(SSH_PASSPHRASE, "Passphrase of the private key.");
    text(
        SSH_KNOWN_HOSTS,
        "",
        "Keys that the server may have: lines of a known_hosts file (ssh-keyscan prints them), or"
            + " the path of one.");
    list(
        SSH_FINGERPRINTS,
        null,
        "Fingerprints of keys that the server may have, such as SHA256:…, as ssh-keygen -l prints"
            + " them. One of this and "
            + SSH_KNOWN_HOSTS
            + " is needed: a server that nobody has checked could read all rows.");
    number(
        SSH_KEEPALIVE_MS,
        ConfigDef.Type.LONG,
        15_000L,
        ConfigDef.Range.atLeast(1000),
        "How often in ms the server is asked whether it is there. After three times without an"
            + " answer the connection is made again.");
  }

  private void copy() {
    group("COPY");
    text(
        IAM_ROLE,
        "",
        "Role that Redshift reads the bucket with: its ARN, or default. Empty: COPY gets the keys"
            + " that the worker itself uses for S3.");
    text(
        COPY_OPTIONS,
        "",
        "More options for COPY, such as ACCEPTINVCHARS. None that leave out rows or change the"
            + " format.");
  }

  private void bucket() {
    group("S3");
    required(S3_BUCKET, "Bucket for staged objects, in any region that Redshift can reach.");
    text(S3_PREFIX, "writeback", "Prefix of all keys.");
    required(S3_REGION, "Region of the bucket.");
    text(
        S3_ACCESS_KEY_ID,
        "",
        "Access key id. Empty: the web identity of a Kubernetes service account, else the default"
            + " chain (environment, profile, instance role).");
    secret(S3_SECRET_ACCESS_KEY, "Secret access key.");
    secret(S3_SESSION_TOKEN, "Session token of temporary keys.");
    word(
        S3_ENCRYPTION,
        "bucket",
        OneOf.words("bucket", "sse-s3", "sse-kms"),
        "Encryption of staged objects at rest: as the bucket has it, by S3's keys, or by KMS.");
    text(
        S3_KMS_KEY_ID,
        "",
        "Key for sse-kms: id or ARN. Empty: the account's own. The role of COPY must be allowed to"
            + " decrypt with it.");
    text(S3_ENDPOINT, "", "Address of another service that speaks S3. https, or http to loopback.");
    flag(S3_PATH_STYLE, false, "Bucket in the path instead of the host name.");
    flag(
        S3_CHECKSUMS,
        true,
        "Whether uploads carry a CRC32. false for services that do not know it.");
  }

  private void staging() {
    group("Staging");
    word(
        STAGING_COMPRESSION,
        "zstd",
        OneOf.words("zstd", "gzip", "none"),
        "Compression of staged objects.");
    number(
        STAGING_PART_BYTES,
        ConfigDef.Type.LONG,
        16L << 20,
        ConfigDef.Range.between(64 << 10, 512 << 20),
        "Compressed bytes after which an object is full. Redshift loads the objects of a COPY side"
            + " by side.");
    number(
        STAGING_UPLOAD_THREADS,
        ConfigDef.Type.INT,
        4,
        ConfigDef.Range.between(1, 64),
        "Uploads of a task that run at once.");
    number(
        S3_REQUEST_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        120_000L,
        ConfigDef.Range.atLeast(1000),
        "Longest request to S3 in ms, with its repetitions.");
  }

  private void group(String name) {
    group = name;
    order = 0;
  }

  private void required(String key, String doc) {
    define(
        key,
        ConfigDef.Type.STRING,
        ConfigDef.NO_DEFAULT_VALUE,
        new ConfigDef.NonEmptyString(),
        doc);
  }

  private void text(String key, String initial, String doc) {
    define(key, ConfigDef.Type.STRING, initial, null, doc);
  }

  private void secret(String key, String doc) {
    define(key, ConfigDef.Type.PASSWORD, "", null, doc);
  }

  private void flag(String key, boolean initial, String doc) {
    define(key, ConfigDef.Type.BOOLEAN, initial, null, doc);
  }

  private void number(
      String key, ConfigDef.Type type, Object initial, ConfigDef.Validator range, String doc) {
    define(key, type, initial, range, doc);
  }

  private void list(String key, ConfigDef.Validator validator, String doc) {
    define(key, ConfigDef.Type.LIST, List.of(), validator, doc);
  }

  private void word(String key, String initial, OneOf words, String doc) {
    def.define(
        key,
        ConfigDef.Type.STRING,
        initial,
        words,
        Importance.MEDIUM,
        doc,
        group,
        order++,
        Width.MEDIUM,
        key,
        words);
  }

  private void define(
      String key, ConfigDef.Type type, Object initial, ConfigDef.Validator validator, String doc) {
    Importance importance =
        initial == ConfigDef.NO_DEFAULT_VALUE ? Importance.HIGH : Importance.MEDIUM;
    def.define(key, type, initial, validator, importance, doc, group, order++, Width.MEDIUM, key);
  }
}
