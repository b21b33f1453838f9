package io.writeback.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.local.CommittedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Publishes new versions and rows all the time. Where each version counts, the next one waits for
 * the manifest of the one before; that is all that this reads of the connectors' work.
 */
final class Publisher implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Dataset> datasets;
  private final SplittableRandom random;
  private final CommittedReader reader;
  private final Set<String> sent = new HashSet<>();
  private final Map<Dataset, Long> due = new HashMap<>();
  private final Thread thread = new Thread(this::run, "publisher");
  private volatile boolean closed;
  private volatile RuntimeException failure;

  Publisher(List<Dataset> datasets, String bootstrapServers, SplittableRandom random) {
    this.datasets = datasets;
    this.random = random;
    this.reader =
        new CommittedReader(bootstrapServers, Connectors.manifestTopic()::equals, this::read);
    datasets.forEach(dataset -> due.put(dataset, System.nanoTime() + pause(dataset)));
    thread.setDaemon(true);
    thread.start();
  }

  private void read(ConsumerRecord<byte[], byte[]> manifest) {
    try {
      JsonNode value = JSON.readTree(manifest.value()).get("payload");
      sent.add(value.get("dataset").asText() + "@" + value.get("version_time").asLong());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long pause(Dataset dataset) {
    int ms =
        dataset instanceof VersionedDataset
            ? 2500 + random.nextInt(5000)
            : 300 + random.nextInt(1200);
    return Duration.ofMillis(ms).toNanos();
  }

  private void run() {
    while (!closed) {
      try {
        reader.poll(Duration.ofMillis(100));
      } catch (KafkaException e) {
        // The broker is away.
      }
      try {
        datasets.stream().filter(this::isDue).forEach(this::publish);
        Thread.sleep(20);
      } catch (InterruptedException e) {
        break;
      } catch (RuntimeException e) {
        failure = e;
        break;
      }
    }
    reader.close();
  }

  private boolean isDue(Dataset dataset) {
    return System.nanoTime() > due.get(dataset)
        && (!(dataset instanceof DomoDataset inDomo)
            || !inDomo.everyVersionCounts()
            || sent.contains(inDomo.id() + "@" + inDomo.recordedAt().toEpochMilli()));
  }

  private void publish(Dataset dataset) {
    dataset.publishNext(random.split());
    due.put(dataset, System.nanoTime() + pause(dataset));
  }

  /** Stops it, if it has not failed before. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(60_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw failure;
    }
  }
}
