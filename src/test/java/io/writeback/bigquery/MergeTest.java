package io.writeback.bigquery;

import static io.writeback.bigquery.BigQueryRig.DATASET;
import static io.writeback.bigquery.BigQueryRig.ORDERS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.standin.bigquery.BigQueryFault;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Upserts by staging and MERGE, through the real client. */
class MergeTest extends ChangeScenario {
  private BigQueryRig rig(String... changes) {
    return rig(Map.of("write.mode", "upsert"), changes);
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
    assertEquals(
        new Committed(8), rig.commit(range(rig, claim, 5, put(1, "e"), delete(3), put(2, "f"))));
    assertEquals(List.of("1", "2"), rig.ids());
    assertEquals(List.of("e", "f"), rig.notes());
    assertEquals(
        List.of("id"),
        rig.tables.find(ORDERS).orElseThrow().getTableConstraints().getPrimaryKey().getColumns());
    assertEquals(List.of("id"), rig.tables.find(ORDERS).orElseThrow().getClustering().getFields());
    assertEquals(OptionalLong.of(8), rig().claim().position());
    assertEquals(List.of(), staging(rig));
  }

  @Test
  void softDeletesMarkRowsWhereverARangeEnds() {
    Change[] log = {
      put(1, "a"), put(2, "b"), delete(1), put(3, "c"), delete(3), put(3, "d"), delete(4), delete(2)
    };
    for (int cut : new int[] {1, 3, 8}) {
      String table = "soft" + cut;
      BigQueryRig rig =
          rig(
              "upsert.delete",
              "soft",
              "upsert.delete.column",
              "gone",
              "delivery.id",
              table,
              "table.map",
              "orders:" + table);
      Claim claim = rig.claim();
      for (int at = 0; at < log.length; at += cut) {
        int end = Math.min(log.length, at + cut);
        TableBatch batch =
            rig.destination.newBatch(claim, at, new Target(DATASET, table), Optional.empty());
        for (int i = at; i < end; i++) {
          batch.add(ChangeLog.row(i, log[i].id(), log[i].note()));
        }
        rig.commit(new PendingRange(claim, at, end, List.of(batch), Map.of(), List.of()));
      }
      assertEquals(
          List.of("1 a true", "2 b true", "3 d false"),
          rig
              .queries
              .rows(
                  SqlStatement.of(
                      "SELECT id, note, IFNULL(gone, FALSE) AS gone FROM sales."
                          + table
                          + " ORDER BY id"))
              .stream()
              .map(row -> row.text("id") + " " + row.text("note") + " " + row.text("gone"))
              .toList(),
          "cut " + cut);
    }
  }

  @Test
  void whatFailsInPassingIsMergedAgainUnderTheNextId() {
    for (String words :
        List.of(
            "Transaction is aborted due to concurrent update against table orders",
            "Could not serialize access to table orders due to concurrent update",
            "UPDATE or DELETE statement over table orders would affect rows in the streaming"
                + " buffer, which is not supported")) {
      BigQueryRig rig = rig("delivery.id", "d" + words.length());
      Claim claim = rig.claim();
      standIn
          .faults()
          .once(
              call -> call.is("job.effect") && call.toString().contains("MERGE INTO"),
              new BigQueryFault.JobFails("invalidQuery", words));
      assertEquals(new Committed(1), rig.commit(range(rig, claim, 0, put(1, words))), words);
      assertEquals(List.of(words), rig.notes());
    }
    assertEquals(3, standIn.faults().fired());
  }

  @Test
  void aLostAnswerToTheMergeIsLookedUp() {
    BigQueryRig rig = rig();
    standIn
        .faults()
        .once(
            call -> call.is("jobs.insert") && call.mentions("MERGE INTO"),
            new BigQueryFault.AnswerLost());
    Claim claim = rig.claim();
    assertEquals(new Committed(2), rig.commit(range(rig, claim, 0, put(1, "a"), put(2, "b"))));
    assertEquals(1, standIn.faults().fired());
    assertEquals(List.of("a", "b"), rig.notes());
  }

  @Test
  void stagingThatExpiredIsLoadedAgain() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, put(1, "a")));
    standIn
        .faults()
        .once(
            call -> call.is("job.effect") && call.toString().contains("MERGE INTO"),
            new BigQueryFault.JobFails("notFound", "Not found: Table sales.orders__wb_m"));
    assertEquals(new Committed(2), rig.commit(range(rig, claim, 1, put(1, "b"))));
    assertEquals(List.of("b"), rig.notes());
  }

  @Test
  void aPositionSetByHandIsWhereTheNextOwnerGoesOn() {
    BigQueryRig rig = rig();
    Claim claim = rig.claim();
    rig.commit(range(rig, claim, 0, put(1, "a"), put(2, "b")));
    BigQuerySinkConnector connector = new BigQuerySinkConnector();
    Map<String, String> config = BigQueryRig.config(standIn, Map.of("write.mode", "upsert"));
    assertTrue(connector.alterOffsets(config, Map.of(BigQueryRig.TP, 1L)));
    BigQueryRig next = rig();
    Claim again = next.claim();
    assertEquals(OptionalLong.of(1), again.position());
    assertEquals(new Committed(2), next.commit(range(next, again, 1, put(2, "c"))));
    assertEquals(List.of("a", "c"), next.notes());
  }

  /** The MERGE of a range has one id, whoever asks for it. */
  @Test
  void aMergeThatIsDoneIsNotRunAgainByWhoeverComesLate() {
    BigQueryRig zombie = rig();
    Claim old = zombie.claim();
    PendingRange late = range(zombie, old, 0, put(1, "a"));
    standIn
        .faults()
        .once(
            call -> call.is("jobs.insert") && call.mentions("MERGE INTO"),
            new BigQueryFault.AnswerLost());
    standIn
        .faults()
        .always(
            call -> call.is("jobs.get") && standIn.faults().fired() > 0,
            new BigQueryFault.CutBefore());
    assertThrows(FaultException.class, () -> zombie.destination.commit(List.of(late)));
    standIn.faults().clear();

    BigQueryRig next = rig();
    Claim claim = next.claim();
    assertEquals(OptionalLong.of(1), claim.position());
    assertEquals(new Committed(2), next.commit(range(next, claim, 1, put(1, "b"))));
    assertEquals(new Committed(1), zombie.commit(late));
    assertEquals(List.of("b"), next.notes());
  }
}
