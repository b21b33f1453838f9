package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.standin.bigquery.storage.StorageFault;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Upserts and deletes by change data capture, through the real grpc client. Numbers such as u4 name
 * findings of the delivery design.
 */
class ChangesTest extends ChangeScenario {
  private BigQueryRig rig(String... changes) {
    return rig(CHANGES, changes);
  }

  @Test
  void theLastChangeOfAKeyIsShownAndATombstoneRemovesIt() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    assertEquals(
        new Committed(5),
        rig.commit(
            range(rig, claim, 0, put(1, "a"), put(2, "b"), put(1, "c"), delete(2), put(3, "d"))));
    assertEquals(List.of("c", "d"), rig.notes());
    assertEquals(List.of("1", "3"), rig.ids());
    assertEquals(
        List.of("id"),
        rig.tables.find(ORDERS).orElseThrow().getTableConstraints().getPrimaryKey().getColumns());
    assertEquals(OptionalLong.of(5), rig().claim().position());
  }

  /** Without a number, the order in which changes come would decide. */
  @Test
  void u4WhatIsDeliveredAgainChangesNothing() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    Change[] changes = {put(1, "a"), put(1, "b"), put(2, "x")};
    rig.commit(range(rig, claim, 0, changes));
    rig.commit(range(rig, claim, 3, delete(1)));
    BigQueryRig replay = rig();
    replay.commit(range(replay, replay.claim(), 0, changes));
    assertEquals(List.of("2"), replay.ids());
    assertEquals(List.of("x"), replay.notes());
  }

  @Test
  void aLostAnswerIsHarmless() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, put(1, "a")));
    standIn.storageFaults().once(call -> call.is("AppendRows"), new StorageFault.LoseAnswer());
    assertEquals(new Committed(3), rig.commit(range(rig, claim, 1, put(1, "b"), put(2, "c"))));
    assertEquals(List.of("b", "c"), rig.notes());
  }

  @Test
  void aTableWithoutThePrimaryKeyIsRefused() {
    BigQueryRig rig = rig();
    rig.tables.ensureOwn(
        ORDERS,
        List.of(new TableFieldSchema().setName("id").setType("INTEGER").setMode("NULLABLE")),
        new Table());
    Claim claim = rig.claim();
    FaultException refused =
        assertThrows(FaultException.class, () -> rig.commit(range(rig, claim, 0, put(1, "a"))));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains("ADD PRIMARY KEY"), refused.getMessage());
  }

  private static List<String> staleness(BigQueryRig rig) {
    return rig
        .queries
        .rows(
            SqlStatement.of(
                "SELECT option_value FROM sales.INFORMATION_SCHEMA.TABLE_OPTIONS"
                    + " WHERE table_name = 'orders' AND option_name = 'max_staleness'"))
        .stream()
        .map(row -> String.valueOf(MaxStaleness.parse(row.text("option_value")).orElseThrow()))
        .toList();
  }

  @Test
  void maxStalenessIsSetOnCreationAndFollowsTheConfiguration() {
    BigQueryRig rig = rig("bigquery.table.max.staleness.ms", "900000");
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, put(1, "a")));
    assertEquals(List.of("PT15M"), staleness(rig));
    long jobs = standIn.calls("jobs.insert");
    rig.commit(range(rig, claim, 1, put(1, "b")));
    assertTrue(standIn.calls("jobs.insert") <= jobs + 1, "at most its position is written");
    BigQueryRig unset = rig();
    unset.commit(range(unset, unset.claim(), 2, put(1, "c")));
    assertEquals(List.of("PT15M"), staleness(rig), "left as it is");
    BigQueryRig changed = rig("bigquery.table.max.staleness.ms", "0");
    changed.commit(range(changed, changed.claim(), 3, put(1, "d")));
    assertEquals(List.of("PT0S"), staleness(rig));
    assertEquals(List.of("d"), changed.notes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INTERVAL 15 MINUTE|PT15M",
        "INTERVAL 900 SECOND|PT15M",
        "INTERVAL \"4:0:0\" HOUR TO SECOND|PT4H",
        "INTERVAL '0-0 1 0:15:0' YEAR TO SECOND|PT24H15M",
        "0-0 0 0:15:0|PT15M",
        "a while|"
      })
  void anIntervalIsReadInEveryForm(String text, String duration) {
    assertEquals(Optional.ofNullable(duration), MaxStaleness.parse(text).map(String::valueOf));
  }
}
