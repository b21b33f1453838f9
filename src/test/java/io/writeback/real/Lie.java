package io.writeback.real;

import static io.writeback.standin.redshift.RedshiftCall.statement;

import com.google.cloud.bigquery.storage.v1.FinalizeWriteStreamResponse;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.storage.StorageFault;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.gcs.GcsFault;
import io.writeback.standin.http.HttpCall.Framing;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.s3.S3Fault;
import io.writeback.standin.s3.S3Operation;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** A service that does otherwise than a guarantee needs, and what its probe says then. */
enum Lie {
  BOTH_UPLOADS_ACCEPTED(
      "bigquery.job-id-race",
      "2 were accepted",
      on ->
          on.bigQuery
              .faults()
              .arm(r -> r.is("upload.start"), 1, 1, new BigQueryFault.Pretend("{}"))),
  NO_UPLOAD_ACCEPTED(
      "bigquery.job-id-race-resumable",
      "0 were accepted and 2 got 409",
      on ->
          on.bigQuery
              .faults()
              .always(
                  r -> r.is("upload.chunk"),
                  new BigQueryFault.Refused(409, "duplicate", "Already Exists: Job"))),
  JOB_NOT_THERE_YET(
      "bigquery.job-visible",
      "jobs.get answered 404",
      on ->
          on.bigQuery
              .faults()
              .arm(
                  r -> r.is("jobs.get"),
                  4,
                  1,
                  new BigQueryFault.Refused(404, "notFound", "Not found: Job"))),
  JOB_OF_ANOTHER_HIDDEN(
      "bigquery.job-of-another",
      "as if it were not there",
      on ->
          on.bigQuery
              .faults()
              .arm(
                  r -> r.is("jobs.get"),
                  1,
                  1,
                  new BigQueryFault.Refused(404, "notFound", "Not found: Job"))),
  EVERY_PROMOTION_COMMITTED(
      "bigquery.promotion-race",
      "6 got through",
      on ->
          on.bigQuery
              .faults()
              .always(
                  r -> r.is("jobs.get") && r.jobId().startsWith("wb-probe-"),
                  new BigQueryFault.Pretend(
                      "{\"jobReference\":{\"jobId\":\"j\"},\"status\":{\"state\":\"DONE\"}}"))),
  CONFLICT_IN_OTHER_WORDS(
      "bigquery.promotion-race",
      "words that the sink does not know",
      on ->
          on.bigQuery
              .faults()
              .arm(
                  r -> r.is("job.effect") && r.mentions("BEGIN TRANSACTION"),
                  0,
                  1,
                  new BigQueryFault.JobFails("invalidQuery", "Somebody else was faster"))),
  END_COUNTS_TOO_FEW(
      "bigquery.stream-end-fences",
      "its end counted 0",
      on -> on.bigQuery.storageFaults().once(call -> call.is("FinalizeWriteStream"), ended(0))),
  END_COUNTS_TOO_MANY(
      "bigquery.stream-end-visible",
      "of 11 rows of an ended stream 10 were visible",
      on -> on.bigQuery.storageFaults().once(call -> call.is("FinalizeWriteStream"), ended(11))),
  OBJECT_WRITTEN_OVER(
      "bigquery.bucket-write-once",
      "4 of 4 writers",
      on -> on.gcs.faults().always(r -> r.is("objects.insert"), new GcsFault.Unconditional())),
  LOST_OBJECT_IN_OTHER_WORDS(
      "bigquery.bucket-load",
      "words that the sink does not know",
      on ->
          on.bigQuery
              .faults()
              .arm(
                  r -> r.is("job.start") && r.mentions("sourceUris"),
                  1,
                  1,
                  new BigQueryFault.JobFails("invalid", "The file has left us"))),
  CONDITION_IGNORED(
      "s3.write-once",
      "4 of 4 writers",
      on -> on.s3.faults().always(r -> r.is(S3Operation.PUT_OBJECT), new S3Fault.Unconditional())),
  LOCK_DOES_NOT_WAIT(
      "redshift.lock-then-read",
      "did not wait",
      on -> on.redshift.rewrites().arm(sql -> sql.startsWith("LOCK"), 1, 1, sql -> "SELECT 1")),
  SNAPSHOT_BEFORE_LOCK(
      "redshift.lock-then-read",
      "0 was read where 1",
      on ->
          on.redshift
              .rewrites()
              .once(sql -> sql.startsWith("SELECT v"), sql -> "SELECT 0::bigint")),
  LOST_UPDATE(
      "redshift.update-conflict",
      "0 were refused",
      on -> on.redshift.rewrites().once(sql -> sql.startsWith("UPDATE"), sql -> "SELECT 1")),
  STRANGE_CONFLICT(
      "redshift.update-conflict",
      "does not take this for a conflict",
      on -> on.redshift.faults().once(statement("^UPDATE"), strange())),
  STRANGE_DEADLOCK(
      "redshift.deadlock",
      "does not take this for a conflict",
      on -> on.redshift.faults().arm(statement("^LOCK"), 2, 1, strange())),
  COUNT_OF_ANOTHER_COPY(
      "redshift.copy-count",
      "loaded 3 rows of 5",
      on ->
          on.redshift
              .rewrites()
              .arm(sql -> sql.contains("pg_last_copy_count"), 1, 1, sql -> "SELECT 3::bigint")),
  NAN_MADE_ZERO(
      "redshift.copy-nan",
      "COPY made 0.0 of NaN",
      on ->
          on.redshift
              .rewrites()
              .once(sql -> sql.startsWith("SELECT x"), sql -> "SELECT 0::double precision")),
  EMPTY_TEXT_MADE_NULL(
      "redshift.copy-null",
      "became null",
      on ->
          on.redshift
              .rewrites()
              .once(
                  sql -> sql.startsWith("SELECT t"),
                  sql -> sql.replace("SELECT t", "SELECT NULLIF(t, '')"))),
  LINES_COUNTED_FROM_ELSEWHERE(
      "redshift.error-lines",
      "says it refused lines [11]",
      on ->
          on.redshift
              .rewrites()
              .arm(
                  sql -> sql.toLowerCase(Locale.ROOT).contains("sys_load_error_detail"),
                  0,
                  9,
                  sql -> sql.replace("line_number", "line_number + 7"))),
  ROW_NOT_EXPORTED(
      "domo.count-matches-export",
      "rows were lost",
      on -> on.domo.faults().always(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(0, 1))),
  OTHER_CONTENT_SAME_TOKEN(
      "domo.token-moves",
      "another content under the same token",
      on ->
          on.domo
              .faults()
              .arm(
                  DomoRequest.on(Route.EXPORT),
                  1,
                  1,
                  new DomoFault.SpoilColumn("note", 0, "spoiled"))),
  OTHER_NULL_TEXT(
      "domo.null-text",
      "see domo.null.text",
      on ->
          on.dataSet.dialect(
              CsvDialect.documented().withNullText(CsvDialect.NullText.BACKSLASH_N))),
  CUT_EXPORT(
      "domo.export-end",
      "in the middle of a line",
      on -> {
        on.dataSet.dialect(CsvDialect.documented().withGzip(false).withFraming(Framing.CLOSE));
        on.domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.cut(10));
      }),
  ROWS_OUT_OF_ORDER(
      "domo.cursor-order",
      "not in the order of the cursor",
      on ->
          on.domo
              .faults()
              .once(
                  r -> r.route() == Route.QUERY && r.body().contains("LIMIT 1000"),
                  new DomoFault.Answer(
                      200,
                      Map.of("Content-Type", "application/json"),
                      "{\"columns\":[\"id\",\"note\"],\"rows\":[[2,\"b\"],[1,\"a\"]],\"numRows\":2}")));

  private final String probe;
  private final String words;
  private final Consumer<ClaimedServices> told;

  Lie(String probe, String words, Consumer<ClaimedServices> told) {
    this.probe = probe;
    this.words = words;
    this.told = told;
  }

  String probe() {
    return probe;
  }

  /** Part of what the probe sees. */
  String words() {
    return words;
  }

  void tell(ClaimedServices services) {
    told.accept(services);
  }

  private static StorageFault ended(long rows) {
    return new StorageFault.Pretend(
        FinalizeWriteStreamResponse.newBuilder().setRowCount(rows).build());
  }

  private static RedshiftFault strange() {
    return new RedshiftFault.Raise("XX000", "something went wrong", "");
  }
}
