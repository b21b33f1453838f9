package io.writeback.bigquery;

import io.writeback.sink.Target;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.common.TopicPartition;

/**
 * The job ids of the registers of one partition. {@code jobs.insert} accepts an id at most once per
 * project and location, which makes the id the compare-and-set. Names go in as hashes only, since
 * ids show up in billing exports.
 *
 * @param prefix {@code wb-} and the hash of dataset, delivery id, generation, topic and partition
 * @param first number of the first register: 0, or where an earlier chain ended
 */
record ChainIds(String prefix, long first) {
  /** The dataset is part of it, so that two deliveries of one name stay apart. */
  static ChainIds of(String dataset, String deliveryId, int generation, TopicPartition tp) {
    return new ChainIds(prefix(dataset, deliveryId, generation, tp, ""), 0);
  }

  /** A chain that follows streams, which had ended the chain before. */
  static ChainIds of(
      String dataset, String deliveryId, int generation, TopicPartition tp, LoadTurn turn) {
    return turn.epoch() == 0
        ? of(dataset, deliveryId, generation, tp)
        : new ChainIds(
            prefix(dataset, deliveryId, generation, tp, "\0" + turn.epoch()), turn.first());
  }

  private static String prefix(
      String dataset, String deliveryId, int generation, TopicPartition tp, String more) {
    return "wb-"
        + hash(
            String.join(
                    "\0",
                    dataset,
                    deliveryId,
                    Integer.toString(generation),
                    tp.topic(),
                    Integer.toString(tp.partition()))
                + more);
  }

  String register(long k) {
    return prefix + "-" + k;
  }

  /** The load of one table that hangs on a register over several. */
  String load(long k, Target table, int attempt) {
    return register(k) + "-" + hash(table.toString()).substring(0, 12) + "-" + attempt;
  }

  /** 128 bits of SHA-256 in hex. */
  static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
