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
          + "{\"field\":\"name\",\"type\":\"string\"}%s]},\"payload\":{\"id\":%d,\"name\":\"%s\"%s}}";
  private static final String PAD_FIELD =
      ",{\"field\":\"pad\",\"type\":\"string\",\"optional\":true}";
  private static final String PAD = ",\"pad\":\"%s\"";

  private final String topic;
  private final int padding;
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private long count;
  private long sum;

  CountedIds(String topic) {
    this(topic, 0);
  }

  /** Rows with a third column of so many characters, if any. */
  CountedIds(String topic, int padding) {
    this.topic = topic;
    this.padding = padding;
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
                  json(id, name).getBytes(StandardCharsets.UTF_8)),
              (metadata, e) -> {
                if (e != null) {
                  failure.set(e);
                }
              });
    }
  }

  private String json(long id, String name) {
    if (padding == 0) {
      return String.format(JSON, "", id, name, "");
    }
    // Unlike from row to row, or compression would make little of them.
    StringBuilder pad = new StringBuilder(padding + 16);
    for (long bits = id; pad.length() < padding; ) {
      bits = bits * 0x5851F42D4C957F2DL + 0x14057B7EF767814FL;
      pad.append(Long.toHexString(bits));
    }
    pad.setLength(padding);
    return String.format(JSON, PAD_FIELD, id, name, String.format(PAD, pad));
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
