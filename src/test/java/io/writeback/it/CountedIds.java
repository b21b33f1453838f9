package io.writeback.it;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Rows made by number, and what a table must hold of them: an oracle that knows nothing of the
 * connector.
 */
final class CountedIds {
  static final int PARTITIONS = 4;
  private static final String JSON =
      "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"field\":\"id\",\"type\":\"int64\"},"
          + "{\"field\":\"name\",\"type\":\"string\"}]},\"payload\":{\"id\":%d,\"name\":\"%s\"}}";

  private final String topic;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private long count;
  private long sum;

  CountedIds(String topic) {
    this.topic = topic;
  }

  /** Rows made so far. */
  long count() {
    return count;
  }

  /** Makes and sends the next rows, without waiting for their acknowledgement. */
  void send(KafkaProducer<byte[], byte[]> producer, long rows) {
    for (long i = 0; i < rows; i++) {
      long id = count++;
      String name = "row " + Long.toHexString(id * 0x9E3779B97F4A7C15L);
      sum += fingerprint(id + "|" + name);
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(
                  topic,
                  (int) (id % PARTITIONS),
                  null,
                  String.format(JSON, id, name).getBytes(StandardCharsets.UTF_8)),
              (metadata, e) -> {
                if (e != null) {
                  failure.set(e);
                }
              });
    }
  }

  /** What the table holds in the end, in the words of the query. */
  String expected() {
    if (failure.get() != null) {
      throw new IllegalStateException("a row was not produced", failure.get());
    }
    return count + " rows, " + count + " ids, " + count + " places, sum " + sum;
  }

  private static long fingerprint(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8));
      long first = 0;
      for (int i = 0; i < 4; i++) {
        first = first << 8 | (digest[i] & 0xff);
      }
      return first;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
