package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.row;
import static io.writeback.redshift.Warehouse.table;
import static io.writeback.redshift.Warehouse.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.TableBatch;
import io.writeback.standin.Await;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What a data engineer sets around the load: tables, statements, staging, upkeep. */
class OperationsTest extends WarehouseScenario {
  /** Every statement from now on. */
  private static List<String> statements() {
    List<String> seen = new CopyOnWriteArrayList<>();
    warehouse
        .redshift
        .faults()
        .always(
            call -> {
              seen.add(call.sql());
              return false;
            },
            new RedshiftFault.DropBefore());
    return seen;
  }

  @Test
  void newTablesAreMadeAsDesignedAndGranted() {
    warehouse.execute("CREATE ROLE readers");
    warehouse.execute("CREATE ROLE \"ann o\" LOGIN");
    Destination d =
        warehouse.destination(
            "designed",
            "redshift.table.diststyle",
            "key",
            "redshift.table.distkey",
            "ID",
            "redshift.table.sortkeys",
            "name,missing,id",
            "redshift.table.grants",
            "SELECT TO GROUP readers,insert to Ann O,ALL TO PUBLIC");
    List<String> seen = statements();
    Claim claim = claim(d, "designed");
    d.commit(List.of(range(d, claim, table("designed"), 0, 3)));
    String create =
        seen.stream().filter(sql -> sql.contains("\"designed\" (")).findFirst().orElseThrow();
    assertTrue(
        create.endsWith(" DISTSTYLE KEY DISTKEY(\"id\") COMPOUND SORTKEY(\"name\", \"id\")"),
        create);
    assertEquals(
        List.of("ann o|INSERT", "readers|SELECT"),
        warehouse.rows(
            "SELECT identity_name, privilege_type FROM svv_relation_privileges"
                + " WHERE relation_name = 'designed' AND identity_name IN ('readers', 'ann o')"
                + " ORDER BY 1"));
    assertEquals("t", warehouse.one("SELECT has_table_privilege('readers', 'designed', 'DELETE')"));
  }

  @Test
  void rowsMayTellWhereTheyComeFrom() {
    Destination d =
        warehouse.destination(
            "facts", "table.metadata.columns", "topic,partition:Part,offset,timestamp,inserted:at");
    Claim claim = d.claim(new TopicPartition("facts", 3), OptionalLong.of(70));
    d.commit(List.of(range(d, claim, table("facts"), 70, 72)));
    assertEquals(
        List.of("70|facts|3|70|1970-01-01 00:00:00|t", "71|facts|3|71|1970-01-01 00:00:00|t"),
        warehouse.rows(
            "SELECT id, kafka_topic, part, kafka_offset, kafka_timestamp,"
                + " at > TIMESTAMP '2020-01-01' FROM facts ORDER BY id"));
  }

  /** They take effect with the rows, once, although the first attempt fails after them. */
  @Test
  void statementsAroundALoadAreInItsTransaction() {
    warehouse.execute("CREATE TABLE audit (what VARCHAR(100), rows_then BIGINT)");
    warehouse.execute("GRANT ALL ON audit TO PUBLIC");
    Destination d =
        warehouse.destination(
            "hooked",
            "redshift.sql.before",
            "INSERT INTO audit SELECT 'before; really', COUNT(*) FROM {table}",
            "redshift.sql.after",
            "INSERT INTO audit SELECT 'after', COUNT(*) FROM {table};\n"
                + "DELETE FROM {table} WHERE id = 1;\n");
    Claim claim = claim(d, "hooked");
    PendingRange range = range(d, claim, table("hooked"), 0, 5);
    warehouse
        .redshift
        .faults()
        .once(RedshiftCall.statement("^UPDATE.*_wb_progress"), RedshiftFault.diskFull());
    assertThrows(FaultException.class, () -> d.commit(List.of(range)));
    assertEquals("0", warehouse.one("SELECT COUNT(*) FROM audit"));
    assertEquals(List.of(new Committed(5)), d.commit(List.of(range)));
    assertEquals(
        List.of("after|5", "before; really|0"),
        warehouse.rows("SELECT what, rows_then FROM audit ORDER BY what"));
    assertEquals("4|4", warehouse.counts("hooked"));
  }

  @Test
  void stagedObjectsAreEncryptedAsAsked() {
    Map<String, String> modes = Map.of("sse-s3", "AES256", "sse-kms", "aws:kms");
    modes.forEach(
        (mode, header) -> {
          String name = "e" + mode.replace("-", "");
          String kms = mode.equals("sse-kms") ? "the-key" : "";
          Destination d = warehouse.destination(name, "s3.encryption", mode, "s3.kms.key.id", kms);
          Claim claim = claim(d, name);
          PendingRange range = range(d, claim, table(name), 0, 2);
          ((RedshiftBatch) range.batches().get(0)).stage();
          String key = warehouse.s3.view().keys("writeback", "writeback/" + name + "/").get(0);
          Map<String, String> headers =
              warehouse.s3.view().find("writeback", key).orElseThrow().headers();
          assertEquals(header, headers.get("x-amz-server-side-encryption"));
          assertEquals(
              kms, headers.getOrDefault("x-amz-server-side-encryption-aws-kms-key-id", ""));
          assertEquals(List.of(new Committed(2)), d.commit(List.of(range)));
        });
  }

  /** As many objects as slices, once it is known how large a flush is. */
  @Test
  void aFlushIsCutIntoAsManyObjectsAsThereAreSlices() {
    Destination d = warehouse.destination("sliced", "redshift.slices", "4");
    Claim claim = claim(d, "sliced");
    Random random = new Random(5);
    long objects = 0;
    for (int flush = 0; flush < 2; flush++) {
      long start = flush * 6000L;
      TableBatch batch = d.newBatch(claim, start, table("sliced"), Optional.empty());
      for (int i = 0; i < 6000; i++) {
        batch.add(
            row(claim.partition(), start + i, value(i, new BigInteger(8000, random).toString(36))));
      }
      assertEquals(
          List.of(new Committed(start + 6000)),
          d.commit(List.of(range(claim, start, start + 6000, batch))));
      String log = "\"_wb_log_" + Hash.of("sliced", "0", "sliced") + "\"";
      objects =
          Long.parseLong(
              warehouse.one("SELECT object_count FROM " + log + " WHERE start_offset = " + start));
      assertEquals(flush == 0 ? 1 : 4, Math.min(objects, 4), "flush " + flush);
    }
    assertTrue(objects <= 6, objects + " objects");
  }

  /** An owner died; its server session does not know, and sits in a COPY with the locks. */
  @Test
  void aClaimEndsTheSessionOfAnOldOwnerThatHoldsItsLock() throws Exception {
    Destination old = warehouse.destination("stuck", "redshift.lock.timeout.ms", "2000");
    Claim lost = claim(old, "stuck");
    PendingRange range = range(old, lost, table("stuck"), 0, 5);
    CountDownLatch never = new CountDownLatch(1);
    var hang = warehouse.redshift.faults().once(RedshiftCall.copy(), new RedshiftFault.Hang(never));
    CompletableFuture<Object> zombie =
        CompletableFuture.supplyAsync(() -> old.commit(List.of(range)));
    Await.until("the old owner to be in COPY", () -> hang.fired() == 1);
    Destination young = warehouse.destination("stuck", "redshift.lock.timeout.ms", "500");
    Claim taken = claim(young, "stuck");
    assertTrue(taken.epoch() > lost.epoch());
    assertThrows(Exception.class, zombie::join);
    assertEquals(
        List.of(new Committed(4)),
        young.commit(List.of(range(young, taken, table("stuck"), 0, 4))));
    assertEquals("4|4", warehouse.counts("stuck"));
    never.countDown();
  }

  /** Somebody else's session is named and left alone. */
  @Test
  void aClaimEndsNobodyElsesSession() throws Exception {
    Destination d = warehouse.destination("foreign", "redshift.lock.timeout.ms", "300");
    claim(d, "foreign");
    String progress = "\"_wb_progress_" + Hash.of("foreign", "0", "foreign") + "\"";
    try (Connection reader = warehouse.admin();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.executeQuery("SELECT * FROM " + progress).close();
      assertThrows(FaultException.class, () -> claim(d, "foreign"));
      statement.executeQuery("SELECT 1").close();
      reader.rollback();
    }
    claim(d, "foreign");
  }

  @Test
  void oldRowsOfTheLogGo() {
    Destination d = warehouse.destination("logged", "redshift.log.retention.ms", "3600000");
    Claim claim = claim(d, "logged");
    d.commit(List.of(range(d, claim, table("logged"), 0, 2)));
    String log = "\"_wb_log_" + Hash.of("logged", "0", "logged") + "\"";
    warehouse.execute("UPDATE " + log + " SET committed_at = committed_at - INTERVAL '2 hours'");
    Claim next = claim(d, "logged");
    // From the next commit on the old row may go at any time.
    assertEquals("1", warehouse.one("SELECT COUNT(*) FROM " + log), "the last epoch is a witness");
    d.commit(List.of(range(d, next, table("logged"), 2, 3)));
    claim(d, "logged");
    Await.until(
        "the old row to go",
        () -> warehouse.rows("SELECT start_offset FROM " + log).equals(List.of("2")));
  }

  /** N11: the missing permission is found before the first row moves. */
  @Test
  void validationTriesACopy() {
    assertEquals("", errors());
    assertTrue(
        errors("redshift.iam.role", "arn:aws:iam::000000000000:role/nobody")
            .startsWith("redshift.iam.role: "));
    assertTrue(
        errors("redshift.copy.options", "NONSENSE").startsWith("redshift.copy.options: "),
        errors("redshift.copy.options", "NONSENSE"));
    warehouse
        .redshift
        .faults()
        .always(
            RedshiftCall.statement("^CREATE TEMP"),
            new RedshiftFault.Raise(
                "42501", "permission denied to create temporary tables in database", ""));
    assertTrue(errors().startsWith("redshift.user: "), errors());
    assertEquals(List.of(), warehouse.s3.view().keys("writeback", "writeback/validated/_check/"));
  }

  private static String errors(String... more) {
    return String.join(
        "\n",
        new RedshiftSinkConnector()
            .validate(warehouse.config("validated", more)).configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .map(value -> value.name() + ": " + value.errorMessages())
                .toList());
  }
}
