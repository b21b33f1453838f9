package io.writeback.standin.redshift;

import static io.writeback.standin.redshift.MemoryObjects.AUTH;
import static io.writeback.standin.redshift.RedshiftFixture.run;
import static io.writeback.standin.redshift.RedshiftFixture.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can go wrong, on purpose. */
@Timeout(60)
class FaultTest {
  private static final String COPY = "COPY faulty FROM 's3://stage/faulty'" + AUTH + "CSV";
  private static RedshiftFixture redshift;
  private Connection connection;

  @BeforeAll
  static void start() throws Exception {
    redshift = new RedshiftFixture();
    redshift.objects.put("faulty", "1\n2\n");
  }

  @AfterAll
  static void stop() {
    redshift.close();
  }

  @BeforeEach
  void connect() throws SQLException {
    connection = redshift.connect();
    run(connection, "DROP TABLE IF EXISTS faulty", "CREATE TABLE faulty (id INT)");
  }

  @AfterEach
  void disconnect() throws SQLException {
    redshift.standIn.faults().clear();
    connection.close();
  }

  private static void arm(String statement, RedshiftFault fault) {
    redshift.standIn.faults().once(RedshiftCall.statement(statement), fault);
  }

  private SQLException fails(String sql) {
    return assertThrows(SQLException.class, () -> run(connection, sql));
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant deadline = Instant.now().plusSeconds(30);
    while (!condition.call()) {
      assertTrue(Instant.now().isBefore(deadline), "the condition did not come true");
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private static String count() throws SQLException {
    return redshift.truth("SELECT count(*) FROM faulty");
  }

  @Test
  void aCommitThatIsDroppedBeforehandRollsBack() throws Exception {
    connection.setAutoCommit(false);
    run(connection, COPY);
    redshift.standIn.faults().once(RedshiftCall.commit(), new RedshiftFault.DropBefore());
    assertThrows(SQLException.class, connection::commit);
    assertEquals("0", count());
  }

  @Test
  void aCommitWhoseAnswerIsLostTookEffect() throws Exception {
    connection.setAutoCommit(false);
    run(connection, COPY);
    redshift.standIn.faults().once(RedshiftCall.commit(), new RedshiftFault.DropAfter());
    SQLException lost = assertThrows(SQLException.class, connection::commit);
    assertTrue(lost.getSQLState().startsWith("08"), lost.getSQLState());
    assertEquals("2", count());
  }

  @Test
  void anInsertWhoseAnswerIsLostTookEffect() throws Exception {
    arm("insert into faulty", new RedshiftFault.DropAfter());
    fails("INSERT INTO faulty VALUES (1)");
    assertEquals("1", count());
  }

  @Test
  void aCopyThatHangsHoldsItsLocksUntilReleased() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    redshift.standIn.faults().once(RedshiftCall.copy(), new RedshiftFault.Hang(released));
    connection.setAutoCommit(false);
    run(connection, "LOCK faulty");
    CompletableFuture<Void> copying = async(() -> run(connection, COPY));
    await(() -> redshift.standIn.faults().fired() > 0 && copyWaits());
    try (Connection other = redshift.connect()) {
      run(other, "SET statement_timeout TO 200", "BEGIN");
      SQLException waited = assertThrows(SQLException.class, () -> run(other, "LOCK faulty"));
      assertEquals("57014", waited.getSQLState());
    }
    released.countDown();
    copying.get(30, TimeUnit.SECONDS);
    connection.commit();
    assertEquals("2", count());
  }

  private static boolean copyWaits() throws SQLException {
    return redshift
        .truth(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY faulty%' AND state = 'active'")
        .equals("1");
  }

  private interface Action {
    void run() throws SQLException;
  }

  private static CompletableFuture<Void> async(Action action) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            action.run();
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        });
  }

  @Test
  void aHangingCopyCanBeCancelledTimedOutAndTerminated() throws Exception {
    redshift
        .standIn
        .faults()
        .always(RedshiftCall.copy(), new RedshiftFault.Hang(new CountDownLatch(1)));
    try (Statement statement = connection.createStatement()) {
      CompletableFuture<Void> copying = async(() -> statement.execute(COPY));
      await(FaultTest::copyWaits);
      statement.cancel();
      assertEquals("57014", cause(copying).getSQLState());
    }
    run(connection, "SET statement_timeout TO 300");
    assertEquals("57014", fails(COPY).getSQLState());
    run(connection, "SET statement_timeout TO 0");
    CompletableFuture<Void> copying = async(() -> run(connection, COPY));
    await(FaultTest::copyWaits);
    try (Connection other = redshift.connect()) {
      assertEquals(
          "t",
          value(
              other,
              "SELECT CASE WHEN pg_terminate_backend(process) THEN 't' END FROM stv_sessions WHERE process <> pg_backend_pid()"));
    }
    assertTrue(cause(copying).getSQLState().startsWith("08"));
    assertEquals("0", count());
  }

  private static SQLException cause(CompletableFuture<Void> failed) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> failed.get(30, TimeUnit.SECONDS));
    return (SQLException) e.getCause();
  }

  @Test
  void cancelReachesAStatementThatPostgresRuns() throws Exception {
    try (Statement statement = connection.createStatement()) {
      CompletableFuture<Void> sleeping = async(() -> statement.execute("SELECT pg_sleep(30)"));
      await(
          () ->
              !redshift
                  .truth("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
                  .equals("0"));
      statement.cancel();
      assertEquals("57014", cause(sleeping).getSQLState());
    }
  }

  @Test
  void errorsOfTheClusterCarryItsTexts() throws Exception {
    connection.setAutoCommit(false);
    arm("^insert", RedshiftFault.serializationConflict());
    SQLException conflict = fails("INSERT INTO faulty VALUES (1)");
    assertEquals("XX000", conflict.getSQLState());
    assertTrue(conflict.getMessage().contains("1023"));
    assertTrue(conflict.getMessage().contains("Serializable isolation violation on table"));
    assertEquals("25P02", fails("SELECT 1").getSQLState());
    connection.rollback();
    arm("^insert", RedshiftFault.relationCreatedAfterSnapshot());
    assertTrue(fails("INSERT INTO faulty VALUES (1)").getMessage().contains("1018"));
    connection.rollback();
    arm("^update", RedshiftFault.deadlock());
    assertEquals("40P01", fails("UPDATE faulty SET id = 2").getSQLState());
    connection.rollback();
    arm("^copy", RedshiftFault.diskFull());
    assertTrue(fails(COPY).getMessage().contains("Disk Full"));
    connection.rollback();
    arm("^copy", RedshiftFault.permissionDenied("faulty"));
    assertEquals("42501", fails(COPY).getSQLState());
    connection.rollback();
    assertEquals("0", count());
  }

  @Test
  void aRevokedPrivilegeIsDenied() throws Exception {
    String url = redshift.standIn.adminUrl();
    try (Connection admin = java.sql.DriverManager.getConnection(url)) {
      run(admin, "ALTER TABLE faulty OWNER TO postgres", "GRANT SELECT ON faulty TO awsuser");
    }
    SQLException denied = fails(COPY);
    assertEquals("42501", denied.getSQLState());
    assertTrue(denied.getMessage().contains("permission denied for relation faulty"));
    try (Connection admin = java.sql.DriverManager.getConnection(url)) {
      run(admin, "GRANT INSERT ON faulty TO awsuser");
      run(connection, COPY);
      assertEquals("42501", fails(COPY + " STATUPDATE OFF").getSQLState());
      run(admin, "ALTER TABLE faulty OWNER TO awsuser");
    }
  }

  @Test
  void connectionsCanBeRefusedAndSlow() throws Exception {
    redshift.standIn.faults().once(RedshiftCall.connecting(), new RedshiftFault.DropBefore());
    assertThrows(SQLException.class, () -> redshift.connect().close());
    redshift.standIn.faults().once(RedshiftCall.connecting(), RedshiftFault.tooManyConnections());
    assertEquals(
        "53300", assertThrows(SQLException.class, () -> redshift.connect().close()).getSQLState());
    arm("select 17", new RedshiftFault.Slow(Duration.ofMillis(300)));
    long begin = System.nanoTime();
    assertEquals("17", value(connection, "SELECT 17"));
    assertTrue(System.nanoTime() - begin >= TimeUnit.MILLISECONDS.toNanos(300));
  }

  @Test
  void aSessionKilledInTheMiddleOfAStatementRollsBack() throws Exception {
    for (String sql : new String[] {"INSERT INTO faulty VALUES (2)", COPY}) {
      connection.close();
      connection = redshift.connect();
      connection.setAutoCommit(false);
      run(connection, "INSERT INTO faulty VALUES (1)");
      redshift
          .standIn
          .faults()
          .once(RedshiftCall.statement("values \\(2\\)|^copy"), new RedshiftFault.Kill());
      fails(sql);
      assertEquals("0", count());
    }
  }

  @Test
  void anIdleConnectionCanBeDropped() throws Exception {
    arm("^insert", new RedshiftFault.DropWhenIdle());
    run(connection, "INSERT INTO faulty VALUES (1)");
    assertEquals("1", count());
    assertTrue(fails("SELECT 1").getSQLState().startsWith("08"));
    try (Connection other = redshift.connect()) {
      redshift.standIn.resetConnections();
      assertThrows(SQLException.class, () -> run(other, "SELECT 1"));
    }
  }

  @Test
  void twoWritersOfOneRowConflictAndTwoTablesDeadlock() throws Exception {
    run(connection, "DROP TABLE IF EXISTS second", "CREATE TABLE second (id INT)");
    run(connection, "INSERT INTO faulty VALUES (1)", "INSERT INTO second VALUES (1)");
    try (Connection other = redshift.connect()) {
      run(connection, "BEGIN", "UPDATE faulty SET id = 2");
      run(other, "BEGIN", "SELECT 1");
      CompletableFuture<Void> waiting = async(() -> run(other, "UPDATE faulty SET id = 3"));
      await(() -> !redshift.truth("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("0"));
      run(connection, "COMMIT");
      assertTrue(cause(waiting).getMessage().contains("conflict with concurrent transaction"));
      run(other, "ROLLBACK", "BEGIN", "LOCK faulty");
      run(connection, "BEGIN", "LOCK second");
      CompletableFuture<Void> first = async(() -> run(other, "LOCK second"));
      await(() -> !redshift.truth("SELECT count(*) FROM pg_locks WHERE NOT granted").equals("0"));
      CompletableFuture<Void> second = async(() -> run(connection, "LOCK faulty"));
      await(() -> first.isDone() && second.isDone());
      SQLException deadlock = cause(first.isCompletedExceptionally() ? first : second);
      assertEquals("40P01", deadlock.getSQLState());
    }
  }
}
