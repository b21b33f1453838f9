package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static io.writeback.bigquery.BigQueryRig.TP;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that somebody else has made, or makes at this moment. */
class TablesOfOthersTest extends BigQueryScenario {
  private BigQueryRig rig(String method, String guarantee, String... changes) {
    return rig(
        with(Map.of("bigquery.write.method", method, "delivery.guarantee", guarantee), changes));
  }

  /** Streams that are exactly once want a table with their own columns, and say so. */
  @ParameterizedTest
  @CsvSource({
    "storage_write, at_least_once",
    "insert_all, at_least_once",
    "load_job, exactly_once"
  })
  void defaultsAndRequiredColumnsStayWhenAColumnIsAdded(String method, String guarantee) {
    BigQueryRig rig = rig(method, guarantee);
    rig.queries.execute(
        SqlStatement.of("CREATE TABLE sales.orders (id INT64 NOT NULL, made BOOL DEFAULT TRUE)"));
    Claim claim = rig.claim();
    assertEquals(new Committed(2), rig.commit(rig.range(claim, 0, "a", "b")));
    assertEquals(List.of("a", "b"), rig.notes());
    List<TableFieldSchema> columns = rig.tables.columns(ORDERS).orElseThrow();
    assertEquals("REQUIRED", columns.get(0).getMode());
    assertEquals("TRUE", columns.get(1).getDefaultValueExpression());
  }

  /** Some calls do not find what they ask for unless they say where it is. */
  @ParameterizedTest
  @CsvSource({
    "storage_write, exactly_once",
    "storage_write, at_least_once",
    "insert_all, at_least_once",
    "load_job, exactly_once"
  })
  void aDatasetMayBeInAnyRegion(String method, String guarantee) {
    standIn.createDataset("far", "asia-northeast1");
    Target table = new Target("far", "orders");
    String[] far = {"bigquery.dataset", "far", "bigquery.mark.interval.ms", "0"};
    BigQueryRig rig = rig(method, guarantee, far);
    Claim claim = rig.claim();
    assertEquals(new Committed(2), rig.commit(rig.range(claim, 0, table, "a", "b")));
    rig.destination.release(claim);
    boolean exactly = guarantee.equals("exactly_once");
    BigQueryRig next = rig(method, guarantee, far);
    Claim later = next.claim();
    assertEquals(exactly ? OptionalLong.of(2) : OptionalLong.empty(), later.position());
    assertEquals(new Committed(3), next.commit(next.range(later, 2, table, "c")));
  }

  @ParameterizedTest
  @EnumSource
  void oneTaskFillsTablesOfSeveralDatasets(Way way) {
    standIn.createDataset("other", "US");
    Target there = new Target("other", "orders");
    BigQueryRig rig = rig(way.config());
    Claim claim = rig.claim();
    for (int offset = 0; offset < 4; offset += 2) {
      List<TableBatch> batches = new ArrayList<>();
      batches.addAll(rig.range(claim, offset, notes(offset, offset + 1)).batches());
      batches.addAll(rig.range(claim, offset + 1, there, notes(offset + 1, offset + 2)).batches());
      assertEquals(
          new Committed(offset + 2),
          rig.commit(new PendingRange(claim, offset, offset + 2, batches, Map.of(), List.of())));
    }
    assertEquals(List.of("n0", "n2"), rig.notes());
    assertEquals(
        List.of("n1", "n3"),
        rig.queries.rows(SqlStatement.of("SELECT note AS v FROM other.orders ORDER BY id")).stream()
            .map(row -> row.text("v"))
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "storage_write, exactly_once",
    "storage_write, at_least_once",
    "insert_all, at_least_once",
    "load_job, exactly_once"
  })
  void tasksThatMeetANewTableAtOnceMakeItOnce(String method, String guarantee) {
    FaultPlan.Handle limit =
        standIn
            .faults()
            .once(
                call -> call.is("tables.insert") && call.mentions("\"orders\""),
                BigQueryFault.Refused.rateLimit());
    List<CompletableFuture<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      BigQueryRig rig = rig(method, guarantee);
      Claim claim = rig.destination.claim(new TopicPartition(TP.topic(), i), OptionalLong.empty());
      tasks.add(
          CompletableFuture.runAsync(
              () -> assertEquals(new Committed(2), rig.commit(rig.range(claim, 0, "a", "b")))));
    }
    tasks.forEach(CompletableFuture::join);
    assertEquals(1, limit.fired());
    assertEquals(
        List.of("a", "a", "a", "b", "b", "b"),
        rig(method, guarantee).notes().stream().sorted().toList());
  }
}
