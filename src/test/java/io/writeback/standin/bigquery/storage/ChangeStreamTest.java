package io.writeback.standin.bigquery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.cloud.bigquery.storage.v1.WriteStream;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Change data capture through the real client. */
class ChangeStreamTest {
  private static final String COLUMNS = "id INT64, v STRING, PRIMARY KEY (id) NOT ENFORCED";
  private static final RowSchema CHANGES =
      new RowSchema()
          .with("id", Type.TYPE_INT64)
          .with("v", Type.TYPE_STRING)
          .with("_CHANGE_TYPE", Type.TYPE_STRING)
          .with("_CHANGE_SEQUENCE_NUMBER", Type.TYPE_STRING);
  private static StorageClients bq;

  @BeforeAll
  static void start() throws Exception {
    bq = new StorageClients();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  @Test
  void anUpsertReplacesAndADeleteRemoves() throws Exception {
    try (StreamWriter writer = changes("simple")) {
      change(writer, 1L, "a", "UPSERT", null);
      change(writer, 2L, "b", "UPSERT", null);
      change(writer, 1L, "c", "UPSERT", null);
      change(writer, 2L, null, "DELETE", null);
      change(writer, 3L, null, "DELETE", null);
    }
    assertEquals(List.of(List.of("1", "c")), bq.sql("SELECT id, v FROM ds.simple"));
  }

  @Test
  void theHigherSequenceNumberWinsWhateverComesFirst() throws Exception {
    try (StreamWriter writer = changes("ordered")) {
      change(writer, 1L, "new", "UPSERT", "A/1");
      change(writer, 1L, "old", "UPSERT", "9/FF");
      change(writer, 1L, null, "DELETE", "A/0");
      change(writer, 2L, "first", "UPSERT", "1");
      change(writer, 2L, "later of equals", "UPSERT", "01");
    }
    assertEquals(
        List.of(List.of("1", "new"), List.of("2", "later of equals")),
        bq.sql("SELECT id, v FROM ds.ordered ORDER BY id"));
  }

  @Test
  void aDeleteIsRememberedForTwoDays() throws Exception {
    try (StorageClients own = new StorageClients();
        StreamWriter writer =
            own.writer(own.create("remembered", COLUMNS) + "/_default", CHANGES.proto())) {
      change(writer, 1L, null, "DELETE", "5");
      own.clock.advance(Duration.ofDays(2).minusMinutes(1));
      change(writer, 1L, "late", "UPSERT", "4");
      assertEquals(List.of(), own.ids("remembered"));
      own.clock.advance(Duration.ofMinutes(2));
      change(writer, 1L, "later", "UPSERT", "4");
      assertEquals(List.of(1), own.ids("remembered"));
    }
  }

  @Test
  void aBadSequenceNumberOrTypeIsAnErrorOfItsRow() throws Exception {
    try (StreamWriter writer = changes("bad")) {
      refused(writer, "UPSERT", "G");
      refused(writer, "UPSERT", "1/2/3/4/5");
      refused(writer, "UPSERT", "12345678901234567");
      refused(writer, "INSERT", null);
    }
    assertEquals(List.of(), bq.ids("bad"));
  }

  @Test
  void changesNeedAPrimaryKeyAndTheDefaultStream() throws Exception {
    String keyless = bq.create("keyless", "id INT64, v STRING");
    try (StreamWriter writer = bq.writer(keyless + "/_default", CHANGES.proto())) {
      refused(writer, "UPSERT", null);
    }
    String keyed = bq.create("keyed", COLUMNS);
    try (StreamWriter writer =
        bq.writer(bq.stream(keyed, WriteStream.Type.COMMITTED), CHANGES.proto())) {
      refused(writer, "UPSERT", null);
    }
    assertTrue(bq.ids("keyless").isEmpty() && bq.ids("keyed").isEmpty());
  }

  private static StreamWriter changes(String table) throws Exception {
    return bq.writer(bq.create(table, COLUMNS) + "/_default", CHANGES.proto());
  }

  private static void change(
      StreamWriter writer, long id, String value, String type, String sequence) throws Exception {
    writer.append(CHANGES.row(id, value, type, sequence)).get();
  }

  private static void refused(StreamWriter writer, String type, String sequence) {
    Throwable cause =
        assertThrows(ExecutionException.class, () -> change(writer, 1, "a", type, sequence))
            .getCause();
    assertEquals("INVALID_ARGUMENT", StorageAnswers.code(cause), cause.toString());
  }
}
