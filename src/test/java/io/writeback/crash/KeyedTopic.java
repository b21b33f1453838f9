package io.writeback.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;

/**
 * Rows that somebody else writes into Kafka, by key: they come, change, go by tombstones, and come
 * again. Domo's query API shows no row that went, so no source of ours brings them.
 */
final class KeyedTopic extends Dataset implements AutoCloseable {
  private static final Schema KEY =
      SchemaBuilder.struct().name("key").field("id", Schema.INT64_SCHEMA).build();
  private static final Schema VALUE =
      SchemaBuilder.struct()
          .name("value")
          .field("id", Schema.INT64_SCHEMA)
          .field("version", Schema.INT64_SCHEMA)
          .field("mark", Schema.INT64_SCHEMA)
          .field("text", Schema.OPTIONAL_STRING_SCHEMA)
          .field("day", Date.builder().optional().build())
          .build();

  private final long seed;
  private final int keys;
  private final JsonConverter keyConverter = converter(true);
  private final JsonConverter valueConverter = converter(false);
  private final Map<Long, GeneratedRow> rows = new TreeMap<>();
  private KafkaProducer<byte[], byte[]> producer;
  private long version;
  private volatile Exception failure;

  KeyedTopic(String name, long seed, int keys) {
    super(name, Mode.UPSERT);
    this.seed = seed;
    this.keys = keys;
  }

  private static JsonConverter converter(boolean isKey) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of(), isKey);
    return converter;
  }

  /** Makes the topic and its first rows. */
  synchronized void create(String bootstrapServers) throws InterruptedException {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin
          .createTopics(List.of(new NewTopic(name(), Connectors.PARTITIONS, (short) 1)))
          .all()
          .get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("cannot make topic " + name(), e.getCause());
      }
    }
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrapServers,
                "acks", "all",
                "enable.idempotence", "true",
                // With more, a new leader takes the second batch for the first, and refuses that
                // one for ever.
                "max.in.flight.requests.per.connection", "1",
                "max.block.ms", "240000",
                "delivery.timeout.ms", "600000"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    version = 1;
    for (long id = 0; id < keys / 2; id++) {
      put(id);
    }
  }

  /** A third of the changes are deletes, some of them of keys that are not there. */
  @Override
  synchronized void publishNext(SplittableRandom random) {
    version++;
    for (int change = 0; change < Math.max(3, keys / 30); change++) {
      long id = random.nextInt(keys);
      if (random.nextInt(3) == 0) {
        rows.remove(id);
        send(id, null);
      } else {
        put(id);
      }
    }
  }

  private void put(long id) {
    GeneratedRow row = GeneratedRow.of(seed, id, version, false);
    rows.put(id, row);
    send(
        id,
        new Struct(VALUE)
            .put("id", row.id())
            .put("version", row.version())
            .put("mark", row.mark())
            .put("text", row.text())
            .put("day", day(row.day())));
  }

  @SuppressWarnings("JavaUtilDate") // Connect's logical type is made of it.
  private static java.util.Date day(String iso) {
    return iso == null
        ? null
        : new java.util.Date(java.time.LocalDate.parse(iso).toEpochDay() * 86_400_000L);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback notes what fails.
  private void send(long id, Struct value) {
    byte[] key = keyConverter.fromConnectData(name(), KEY, new Struct(KEY).put("id", id));
    byte[] bytes = value == null ? null : valueConverter.fromConnectData(name(), VALUE, value);
    producer.send(
        new ProducerRecord<>(name(), key, bytes),
        (sent, e) -> {
          if (e != null) {
            failure = e;
          }
        });
  }

  /** Waits until every record is in Kafka. */
  synchronized void flush() {
    producer.flush();
    if (failure != null) {
      throw new IllegalStateException("a record did not reach topic " + name(), failure);
    }
  }

  /** The row of the newest version may be deleted. */
  @Override
  boolean newestStays() {
    return false;
  }

  @Override
  synchronized Map<String, List<GeneratedRow>> expected() {
    return Map.of("", new ArrayList<>(rows.values()));
  }

  /** No key twice: then there would be more rows than keys sooner or later. */
  @Override
  synchronized Optional<String> wrongWith(Map<Long, Figures> shown) {
    long there = shown.values().stream().mapToLong(Figures::rows).sum();
    boolean unknown = shown.keySet().stream().anyMatch(v -> v < 1 || v > version);
    return there > keys || unknown
        ? Optional.of(there + " rows of versions " + shown.keySet() + ", of " + keys + " keys")
        : Optional.empty();
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
    }
  }
}
