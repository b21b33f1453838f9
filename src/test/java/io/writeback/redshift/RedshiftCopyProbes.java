package io.writeback.redshift;

import io.writeback.real.BrokenException;
import io.writeback.real.Leftovers;
import io.writeback.real.Together;
import io.writeback.redshift.RedshiftSite.Staged;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What COPY and the bucket are trusted with. */
final class RedshiftCopyProbes {
  private static final Column ID = new Column("id", RedshiftType.of(RedshiftType.Kind.BIGINT));
  private static final int[] COPIES = {3, 5, 2};
  private static final int WRITERS = 4;
  private static final int RACES = 3;
  private static final long VIEW_LAG_MS = 90_000;
  private static final long VIEW_PAUSE_MS = 2_000;

  private RedshiftCopyProbes() {}

  /** R1: the count after each of several COPYs of a transaction is that of the last one. */
  static String counts(Map<String, String> services, Leftovers leftovers) throws Exception {
    RedshiftSite site = new RedshiftSite(services, leftovers);
    Staged staged = site.staged();
    List<String> tables = List.of(site.table("id BIGINT"), site.table("id BIGINT"));
    List<StagedObject> objects = new ArrayList<>();
    for (int rows : COPIES) {
      objects.add(staged.put("1\n".repeat(rows), rows, ID));
    }
    try {
      site.sessions.transaction(
          "copy several times",
          tables.stream().sorted().toList(),
          session -> {
            for (int i = 0; i < objects.size(); i++) {
              staged.copier.copy(session, tables.get(i % 2), List.of(objects.get(i)));
            }
            return null;
          });
    } catch (FaultException e) {
      // What the sink itself makes of a count that is not what it staged.
      BrokenException.unless(e.fault() != Fault.FATAL, "%s", e.getMessage());
      throw e;
    }
    for (int i = 0; i < 2; i++) {
      long expected = i == 0 ? COPIES[0] + COPIES[2] : COPIES[1];
      long found = site.number("SELECT COUNT(*) FROM " + tables.get(i));
      BrokenException.unless(
          found == expected, "COPY counted %d rows, the table has %d", expected, found);
    }
    return COPIES.length + " COPYs in one transaction, each counted for itself";
  }

  /** NaN and the infinities come through as they are. */
  static String notNumbers(Map<String, String> services, Leftovers leftovers) throws Exception {
    Column x = new Column("x", RedshiftType.of(RedshiftType.Kind.DOUBLE));
    RedshiftSite site = new RedshiftSite(services, leftovers);
    Staged staged = site.staged();
    double[] values = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (double value : values) {
      String table = site.table("x DOUBLE PRECISION");
      StagedObject object = staged.put(Double.toString(value) + "\n", 1, x);
      try {
        site.sessions.load(
            "copy " + value, session -> staged.copier.copy(session, table, List.of(object)));
      } catch (FaultException e) {
        BrokenException.unless(
            e.fault() != Fault.BAD_RECORD, "COPY refuses %s: %s", value, e.getMessage());
        throw e;
      }
      double found =
          site.sessions.load(
              "read", s -> s.query("SELECT x FROM " + table, row -> row.getDouble(1)).get(0));
      BrokenException.unless(Double.compare(found, value) == 0, "COPY made %s of %s", found, value);
    }
    return "NaN, Infinity and -Infinity are what they were";
  }

  /** Null and the empty text stay apart; a quoted token is told, the sink avoids it. */
  static String nulls(Map<String, String> services, Leftovers leftovers) throws Exception {
    RedshiftSite site = new RedshiftSite(services, leftovers);
    Staged staged = site.staged();
    String token = NullToken.text(0);
    String table = site.table("id BIGINT, t VARCHAR(64)");
    String csv = "1," + token + "\n2,\"\"\n3,\"" + token + "\"\n4,\"\\.\"\n";
    StagedObject object = staged.put(csv, 4, ID, new Column("t", RedshiftType.varchar(64)));
    site.sessions.load("copy", session -> staged.copier.copy(session, table, List.of(object)));
    List<Optional<String>> found =
        site.sessions.load(
            "read",
            session ->
                session.query(
                    "SELECT t FROM " + table + " ORDER BY id",
                    row -> Optional.ofNullable(row.getString(1))));
    BrokenException.unless(found.get(0).isEmpty(), "the null token became a text");
    BrokenException.unless(
        found.get(1).equals(Optional.of("")), "an empty text in quotes became null");
    BrokenException.unless(
        found.get(3).equals(Optional.of("\\.")), "a text of backslash and full stop was changed");
    return "in quotes the token is " + (found.get(2).isEmpty() ? "null too" : "a text");
  }

  /** The sink finds a refused row by its line, however lines are counted. */
  static String lines(Map<String, String> services, Leftovers leftovers) throws Exception {
    RedshiftSite site = new RedshiftSite(services, leftovers);
    Staged staged = site.staged();
    Column text = new Column("t", RedshiftType.varchar(64));
    String table = site.table("t VARCHAR(64), id BIGINT");
    StagedObject object = staged.put("\"a\nb\",1\n\"c\",2\n\"d\",none\n", 3, text, ID);
    long refused =
        site.sessions.rolledBack(
            "load a bad row", s -> staged.copier.provoke(s, table, List.of(object)));
    BrokenException.unless(refused == 1, "of one bad row COPY refused %d", refused);
    List<Long> lines = errorLines(site, staged, object);
    BrokenException.unless(
        lines.equals(List.of(3L)) || lines.equals(List.of(4L)),
        "the third record begins on line 4, and the warehouse says it refused lines %s",
        lines);
    boolean byRecord = lines.equals(List.of(3L));
    LineCount sink = new LineCount(staged.stage, staged.keys, staged.copier);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(VIEW_LAG_MS);
    while (sink.byRecord(site.sessions) != byRecord) {
      BrokenException.unless(
          System.nanoTime() < deadline,
          "the sink does not find out that lines are counted by %s",
          byRecord ? "record" : "line feed");
      Thread.sleep(VIEW_PAUSE_MS);
    }
    return "a line is a " + (byRecord ? "record" : "line of the file");
  }

  /** The view that tells them lags. */
  private static List<Long> errorLines(RedshiftSite site, Staged staged, StagedObject object)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(VIEW_LAG_MS);
    while (true) {
      List<LoadErrors.LoadError> errors =
          site.sessions.call(
              "look for the bad row",
              session -> LoadErrors.of(session, List.of(object), staged.stage::uri));
      if (!errors.isEmpty() || System.nanoTime() > deadline) {
        return errors.stream().map(LoadErrors.LoadError::line).toList();
      }
      Thread.sleep(VIEW_PAUSE_MS);
    }
  }

  /** R1: an object is written once, however many write it. */
  static String writeOnce(Map<String, String> services, Leftovers leftovers) throws Exception {
    RedshiftSinkConfig config = RedshiftSite.config(services);
    Staged staged =
        new Staged(
            config, new RedshiftFaults(config.secrets()), leftovers, "writeback-probe-objects");
    for (int race = 0; race < RACES; race++) {
      String key = staged.key();
      List<Callable<Optional<Integer>>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        int writer = i;
        writers.add(() -> write(staged, key, writer));
      }
      List<Integer> won = new ArrayList<>();
      Together.run(writers).forEach(winner -> winner.ifPresent(won::add));
      if (won.isEmpty()) {
        // They may all have been told to try again.
        write(staged, key, 0).ifPresent(won::add);
      }
      BrokenException.unless(
          won.size() == 1, "%d of %d writers of one new object succeeded", won.size(), WRITERS);
      String kept =
          staged
              .clients
              .s3()
              .getObject(
                  get -> get.bucket(staged.settings.bucket()).key(key),
                  ResponseTransformer.toBytes())
              .asUtf8String();
      BrokenException.unless(
          kept.equals(text(won.get(0))), "the object is not the one of the writer that succeeded");
      BrokenException.unless(
          write(staged, key, WRITERS).isEmpty(), "an object that was there was written again");
    }
    return RACES + " races of " + WRITERS + ", each with one winner";
  }

  /** The writer, if it wrote the object. */
  private static Optional<Integer> write(Staged staged, String key, int writer) {
    try {
      staged.stage.put(key, text(writer).getBytes(StandardCharsets.UTF_8));
      return Optional.of(writer);
    } catch (FaultException e) {
      boolean conflict = e.getCause() instanceof S3Exception s3 && s3.statusCode() == 409;
      if (e.fault() == Fault.FATAL || conflict) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static String text(int writer) {
    return "writer " + writer;
  }
}
