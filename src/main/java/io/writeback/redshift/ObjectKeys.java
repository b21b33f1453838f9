package io.writeback.redshift;

import java.util.Locale;
import java.util.OptionalLong;

/**
 * Keys of staged objects: {@code
 * <prefix>/<delivery>/<topic>/<partition>/<epoch>/<start>-<nonce>-<n>.csv.zst}. A key says who
 * wrote it under which claim, so that no two owners can mean one key, and what is left of an older
 * claim can be found by listing. The nonce is new for each batch, because an owner may read a range
 * again and cut it elsewhere.
 */
record ObjectKeys(String prefix, String delivery) {
  private static final int LONGEST = 48;

  /** Keys of a partition lie below this. */
  String partition(String topic, int partition) {
    return root() + segment(topic) + "/" + partition + "/";
  }

  String object(RedshiftClaim claim, long start, String nonce, int n, String suffix) {
    return String.format(
        Locale.ROOT,
        "%s%d/%020d-%s-%05d%s",
        partition(claim.partition().topic(), claim.partition().partition()),
        claim.epoch(),
        start,
        nonce,
        n,
        suffix);
  }

  /** A COPY manifest; short-lived, so it lies apart from what is listed. */
  String manifest(String nonce) {
    return root() + "_copy/" + nonce + ".manifest";
  }

  /** COPY manifests lie below this. */
  String manifests() {
    return root() + "_copy/";
  }

  /** An object for checking the permissions. */
  String probe(String nonce) {
    return root() + "_check/" + nonce;
  }

  /** The epoch that a listed key was written under; empty if it is none of ours. */
  OptionalLong epoch(String key, String partitionPrefix) {
    int slash = key.indexOf('/', partitionPrefix.length());
    if (!key.startsWith(partitionPrefix) || slash < 0) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(key.substring(partitionPrefix.length(), slash)));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private String root() {
    return (prefix.isEmpty() ? "" : prefix + "/") + segment(delivery) + "/";
  }

  /**
   * Text that is safe in a key, and different for different texts. Short, because the tables of
   * load errors keep 256 characters of an object's address.
   */
  static String segment(String text) {
    String safe = text.replaceAll("[^A-Za-z0-9._-]", "_");
    if (safe.length() > LONGEST) {
      return safe.substring(0, LONGEST - 9).replace('.', '_') + "-" + Hash.of(text).substring(0, 8);
    }
    boolean plain = safe.equals(text) && !text.equals(".") && !text.equals("..");
    return plain ? text : safe.replace('.', '_') + "-" + Hash.of(text).substring(0, 8);
  }
}
