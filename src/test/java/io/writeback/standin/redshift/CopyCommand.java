package io.writeback.standin.redshift;

import java.util.List;
import java.util.Set;

/**
 * A COPY command (Developer Guide, "COPY").
 *
 * @param columns names as written, empty for all of the table
 * @param key a prefix, or the key of the manifest
 * @param keys credentials in the statement; null with a role
 * @param role ARN or {@code default}; null with keys
 * @param region null for the cluster's own
 * @param nullAs text that stands for null
 * @param timeFormat null for YYYY-MM-DD HH:MI:SS
 * @param dateFormat null for YYYY-MM-DD
 */
record CopyCommand(
    String table,
    List<String> columns,
    String bucket,
    String key,
    AwsKeys keys,
    String role,
    String region,
    Compression compression,
    String nullAs,
    char delimiter,
    char quote,
    String timeFormat,
    String dateFormat,
    char replacement,
    int maxError,
    int ignoreHeader,
    Set<Flag> flags) {

  /** How objects are compressed. */
  enum Compression {
    NONE,
    GZIP,
    ZSTD
  }

  /** Options without a value. */
  enum Flag {
    MANIFEST,
    ROUNDEC,
    EMPTYASNULL,
    BLANKSASNULL,
    ACCEPTINVCHARS,
    TRUNCATECOLUMNS,
    TRIMBLANKS,
    FILLRECORD,
    IGNOREBLANKLINES,
    IGNOREALLERRORS,
    EXPLICIT_IDS,
    NOLOAD,
    STATUPDATE
  }

  boolean has(Flag flag) {
    return flags.contains(flag);
  }
}
