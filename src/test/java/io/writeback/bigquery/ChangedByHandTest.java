package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.grpc.Status;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.CommitOutcome.Moved;
import io.writeback.sink.PendingRange;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do to tables while a task writes to them; it goes on without a restart. */
class ChangedByHandTest extends BigQueryScenario {
  private BigQueryRig rig;
  private Claim claim;

  private void begin(String method, String guarantee, String mode) {
    rig =
        rig(
            Map.of(
                "bigquery.mark.interval.ms",
                "3600000",
                "bigquery.visible.within.ms",
                "1500",
                "upsert.key",
                "record_value",
                "upsert.key.fields",
                "id",
                "bigquery.upsert.partitions",
                "1"),
            "bigquery.write.method",
            method,
            "delivery.guarantee",
            guarantee,
            "write.mode",
            mode);
    claim = rig.claim();
    land(0, 2);
  }

  /** As the engine does: again after what passes or may be a denial of a moment, and anew. */
  private void land(int from, int to) {
    land(() -> rig.range(claim, from, notes(from, to)), to);
  }

  private void land(Supplier<PendingRange> read, int to) {
    PendingRange range = read.get();
    for (int attempt = 1; ; attempt++) {
      try {
        CommitOutcome outcome = rig.destination.commit(List.of(range)).get(0);
        if (outcome instanceof Moved moved && moved.position() == range.start() && attempt < 20) {
          range = read.get();
          continue;
        }
        assertEquals(new Committed(to), outcome);
        return;
      } catch (FaultException e) {
        if (e.fault() == Fault.FATAL || attempt == 20) {
          throw e;
        }
      }
    }
  }

  private void run(String statement) {
    standIn.drainStreamingBuffer(
        new io.writeback.standin.bigquery.catalog.TableId(
            standIn.project(), BigQueryRig.DATASET, "orders"));
    rig.queries.execute(SqlStatement.of(statement));
  }

  private List<String> columns() {
    return rig.tables.columns(ORDERS).orElseThrow().stream()
        .map(TableFieldSchema::getName)
        .filter(name -> !name.startsWith("__kafka_"))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "storage_write, exactly_once, append",
    "storage_write, at_least_once, append",
    "insert_all, at_least_once, append",
    "load_job, exactly_once, append",
    "storage_write, exactly_once, upsert",
    "load_job, exactly_once, upsert"
  })
  void aTableThatIsDroppedIsMadeAgain(String method, String guarantee, String mode) {
    begin(method, guarantee, mode);
    run("DROP TABLE sales.orders");
    land(2, 4);
    assertEquals(List.of("n2", "n3"), rig.notes());
  }

  @ParameterizedTest
  @CsvSource({
    "storage_write, exactly_once, append",
    "storage_write, at_least_once, append",
    "insert_all, at_least_once, append",
    "load_job, exactly_once, append",
    "storage_write, exactly_once, upsert",
    "load_job, exactly_once, upsert"
  })
  void aColumnThatIsDroppedIsAddedAgain(String method, String guarantee, String mode) {
    begin(method, guarantee, mode);
    run("ALTER TABLE sales.orders DROP COLUMN note");
    land(2, 4);
    assertEquals(numbers(0, 4), rig.ids());
    List<String> notes = new ArrayList<>(rig.notes());
    assertEquals(List.of("n2", "n3"), notes.subList(2, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "storage_write, exactly_once, append",
    "storage_write, at_least_once, append",
    "insert_all, at_least_once, append",
    "load_job, exactly_once, append",
    "storage_write, exactly_once, upsert",
    "load_job, exactly_once, upsert"
  })
  void aColumnThatIsAddedStaysAndIsNull(String method, String guarantee, String mode) {
    begin(method, guarantee, mode);
    run("ALTER TABLE sales.orders ADD COLUMN seen BOOL");
    land(2, 4);
    assertEquals(List.of("id", "note", "seen"), columns());
    assertEquals(List.of(notes(0, 4)), rig.notes());
  }

  /** As one does to partition a table otherwise: what was under way may be in it, or not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTableThatIsReplacedByItselfHasEachRowOnce(boolean landed) {
    begin("storage_write", "exactly_once", "append");
    StorageFault unanswered =
        landed
            ? new StorageFault.FailYetLand(Status.UNAVAILABLE)
            : new StorageFault.Refuse(Status.UNAVAILABLE);
    standIn.storageFaults().once(call -> call.is("AppendRows"), unanswered);
    standIn
        .storageFaults()
        .once(call -> call.is("AppendRows"), new StorageFault.Refuse(Status.UNAVAILABLE));
    PendingRange range = rig.range(claim, 2, notes(2, 4));
    assertThrows(FaultException.class, () -> rig.destination.commit(List.of(range)));
    assertEquals(List.of(notes(0, landed ? 4 : 2)), rig.notes());
    run("CREATE OR REPLACE TABLE sales.orders AS SELECT * FROM sales.orders");
    land(() -> range, 4);
    assertEquals(List.of(notes(0, 4)), rig.notes());
  }

  /** Each topic counts its offsets from 0. */
  @ParameterizedTest
  @CsvSource({
    "storage_write, exactly_once",
    "storage_write, at_least_once",
    "insert_all, at_least_once",
    "load_job, exactly_once"
  })
  void topicsThatShareATableLoseNothingToEachOther(String method, String guarantee) {
    begin(method, guarantee, "append");
    Claim other = rig.destination.claim(new TopicPartition("returns", 0), OptionalLong.empty());
    land(() -> rig.range(other, 0, "r0", "r1"), 2);
    land(2, 4);
    land(() -> rig.range(other, 2, "r2"), 3);
    assertEquals(
        List.of("n0", "n1", "n2", "n3", "r0", "r1", "r2"), rig.notes().stream().sorted().toList());
  }
}
