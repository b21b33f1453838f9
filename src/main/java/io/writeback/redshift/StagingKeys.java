package io.writeback.redshift;

import static io.writeback.redshift.RedshiftSinkConfig.*;

import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import org.apache.kafka.common.config.ConfigDef;

/** The keys that say how rows come into Redshift: COPY, the bucket, and the objects in it. */
final class StagingKeys {
  private StagingKeys() {}

  static void define(ConfigDef def) {
    copy(new KeyGroup(def, "COPY"));
    bucket(new KeyGroup(def, "S3"));
    staging(new KeyGroup(def, "Staging"));
  }

  private static void copy(KeyGroup keys) {
    keys.text(
        IAM_ROLE,
        "",
        "Role that Redshift reads the bucket with: its ARN, or default. Empty: COPY gets the keys"
            + " that the worker itself uses for S3.");
    keys.text(
        COPY_OPTIONS,
        "",
        "More options for COPY, such as ACCEPTINVCHARS. None that leave out rows or change the"
            + " format.");
  }

  private static void bucket(KeyGroup keys) {
    keys.required(S3_BUCKET, "Bucket for staged objects, in any region that Redshift can reach.");
    keys.text(S3_PREFIX, "writeback", "Prefix of all keys.");
    keys.required(S3_REGION, "Region of the bucket.");
    keys.text(
        S3_ACCESS_KEY_ID,
        "",
        "Access key id. Empty: the web identity of a Kubernetes service account, else the default"
            + " chain (environment, profile, instance role).");
    keys.secret(S3_SECRET_ACCESS_KEY, "Secret access key.");
    keys.secret(S3_SESSION_TOKEN, "Session token of temporary keys.");
    keys.word(
        S3_ENCRYPTION,
        "bucket",
        OneOf.words("bucket", "sse-s3", "sse-kms"),
        "Encryption of staged objects at rest: as the bucket has it, by S3's keys, or by KMS.");
    keys.text(
        S3_KMS_KEY_ID,
        "",
        "Key for sse-kms: id or ARN. Empty: the account's own. The role of COPY must be allowed to"
            + " decrypt with it.");
    keys.text(
        S3_ENDPOINT, "", "Address of another service that speaks S3. https, or http to loopback.");
    keys.flag(S3_PATH_STYLE, false, "Bucket in the path instead of the host name.");
    keys.flag(
        S3_CHECKSUMS,
        true,
        "Whether uploads carry a CRC32. false for services that do not know it.");
  }

  private static void staging(KeyGroup keys) {
    keys.word(
        STAGING_COMPRESSION,
        "zstd",
        OneOf.words("zstd", "gzip", "none"),
        "Compression of staged objects.");
    keys.number(
        STAGING_PART_BYTES,
        ConfigDef.Type.LONG,
        16L << 20,
        ConfigDef.Range.between(64 << 10, 512 << 20),
        "Compressed bytes after which an object is full. Redshift loads the objects of a COPY side"
            + " by side.");
    keys.number(
        STAGING_UPLOAD_THREADS,
        ConfigDef.Type.INT,
        4,
        ConfigDef.Range.between(1, 64),
        "Uploads of a task that run at once.");
    keys.number(
        S3_REQUEST_TIMEOUT_MS,
        ConfigDef.Type.LONG,
        120_000L,
        ConfigDef.Range.atLeast(1000),
        "Longest request to S3 in ms, with its repetitions.");
  }
}
