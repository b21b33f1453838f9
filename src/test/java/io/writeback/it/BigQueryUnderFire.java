package io.writeback.it;

import io.grpc.Status;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.BigQueryRequest;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.bigquery.Settings;
import io.writeback.standin.bigquery.SqlClient;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.storage.StorageCall;
import io.writeback.standin.bigquery.storage.StorageFault;
import io.writeback.standin.gcs.GcsFault;
import io.writeback.standin.gcs.GcsStandIn;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** BigQuery, written to by one of the methods that keep exactly once. */
final class BigQueryUnderFire implements WarehouseUnderFire {
  private static final String DATASET = "sales";
  private static final List<String> WRITES =
      List.of("jobs.insert", "jobs.query", "upload.start", "upload.chunk", "tables.insert");
  private static final String BUCKET = "loads";
  private static final String BUCKET_METHOD = "bucket";
  private static final List<String> STORAGE_WRITES = List.of("objects.insert", "objects.delete");
  private static final String PASSES = "Error encountered during execution. Try again.";

  private final String method;
  private final BigQueryStandIn standIn;
  private final Optional<GcsStandIn> storage;
  private final TableId table;
  private final List<CountDownLatch> held = new ArrayList<>();

  /**
   * Starts it with a dataset.
   *
   * @param method {@code storage_write}, {@code load_job}, or {@code bucket} for load jobs whose
   *     rows go through one
   */
  BigQueryUnderFire(String method) {
    this.method = method;
    // A run of minutes uses up the loads of days; the connector's own budget stays as it is.
    this.standIn = BigQueryStandIn.start(Settings.defaults().withLoadsPerTablePerDay(1_000_000));
    this.table = new TableId(standIn.project(), DATASET, TABLE);
    standIn.createDataset(DATASET, "US");
    storage =
        method.equals(BUCKET_METHOD)
            ? Optional.of(GcsStandIn.start(standIn::authenticate, Clock.systemUTC()))
            : Optional.empty();
    storage.ifPresent(
        gcs -> {
          gcs.createBucket(BUCKET, "US");
          standIn.readsFrom(gcs);
        });
  }

  @Override
  public String name() {
    return "BigQuery " + method;
  }

  @Override
  public Map<String, String> config() {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.writeback.bigquery.BigQuerySinkConnector");
    config.put("bigquery.write.method", streams() ? "storage_write" : "load_job");
    config.put("bigquery.project", standIn.project());
    config.put("bigquery.dataset", DATASET);
    config.put("bigquery.endpoint", standIn.endpoint().toString());
    config.put("bigquery.grpc.endpoint", standIn.grpcEndpoint());
    config.put("bigquery.credentials.source", "key_json");
    config.put("bigquery.credentials.json", standIn.serviceAccountJson());
    // So that some crashes come after a mark of all rows, and some long after the last one.
    config.put("bigquery.mark.interval.ms", "2000");
    // 300 loads at once are all that a table has.
    config.put("flush.interval.ms", streams() ? "300" : "3000");
    storage.ifPresent(
        gcs -> {
          config.put("bigquery.gcs.bucket", BUCKET);
          config.put("bigquery.gcs.endpoint", gcs.endpoint().toString());
        });
    return config;
  }

  private boolean streams() {
    return method.equals("storage_write");
  }

  @Override
  public void harm(Random random) {
    int after = random.nextInt(3);
    if (storage.isPresent() && random.nextInt(2) > 0) {
      harmBucket(storage.get(), random, after);
    } else if (streams() && random.nextInt(3) > 0) {
      harmStream(random, after);
    } else {
      harmJob(random, after);
    }
  }

  private void harmStream(Random random, int after) {
    switch (random.nextInt(9)) {
      case 0, 1 -> storage("AppendRows", after, new StorageFault.LoseAnswer());
      case 2 -> storage("AppendRows", after, new StorageFault.Refuse(Status.UNAVAILABLE));
      case 3 -> storage("AppendRows", after, new StorageFault.RefuseInStream(Status.INTERNAL));
      case 4 -> storage("AppendRows", after, new StorageFault.FailYetLand(Status.INTERNAL));
      // Under way for so long that it may arrive after its sender's death, or its successor's work.
      case 5 -> storage("AppendRows", after, new StorageFault.HoldBefore(hold(random)));
      case 6 -> storage("AppendRows", after, new StorageFault.HoldAnswer(hold(random)));
      case 7 -> storage("FinalizeWriteStream", 0, new StorageFault.LoseAnswer());
      default -> storage("CreateWriteStream", 0, new StorageFault.LoseAnswer());
    }
  }

  private static void harmBucket(GcsStandIn gcs, Random random, int after) {
    GcsFault fault =
        switch (random.nextInt(4)) {
          case 0 -> new GcsFault.AnswerLost();
          case 1 -> new GcsFault.CutBefore();
          case 2 -> new GcsFault.Damaged();
          default -> GcsFault.Refused.backend(503);
        };
    gcs.faults().arm(call -> STORAGE_WRITES.contains(call.operation()), after, 1, fault);
  }

  private void harmJob(Random random, int after) {
    switch (random.nextInt(5)) {
      case 0, 1 -> rest(BigQueryUnderFire::isWrite, after, new BigQueryFault.AnswerLost());
      case 2 -> rest(BigQueryUnderFire::isWrite, after, new BigQueryFault.CutBefore());
      case 3 ->
          rest(
              BigQueryUnderFire::isWrite,
              after,
              new BigQueryFault.ErrorAfter(503, "backendError", PASSES));
      default ->
          rest(
              call -> call.is("job.start") || call.is("job.effect"),
              after,
              new BigQueryFault.JobFails("backendError", PASSES));
    }
  }

  private static boolean isWrite(BigQueryRequest call) {
    return WRITES.contains(call.operation());
  }

  private void rest(Predicate<BigQueryRequest> when, int after, BigQueryFault fault) {
    standIn.faults().arm(when, after, 1, fault);
  }

  private void storage(String call, int after, StorageFault fault) {
    Predicate<StorageCall> when = c -> c.is(call);
    standIn.storageFaults().arm(when, after, 1, fault);
  }

  private CountDownLatch hold(Random random) {
    CountDownLatch released = new CountDownLatch(1);
    held.add(released);
    CompletableFuture.delayedExecutor(1000 + random.nextInt(9000), TimeUnit.MILLISECONDS)
        .execute(released::countDown);
    return released;
  }

  @Override
  public void calm() {
    held.forEach(CountDownLatch::countDown);
    standIn.faults().clear();
    standIn.storageFaults().clear();
    storage.ifPresent(gcs -> gcs.faults().clear());
  }

  @Override
  public long harmed() {
    return standIn.faults().fired()
        + standIn.storageFaults().fired()
        + storage.map(gcs -> gcs.faults().fired()).orElse(0L);
  }

  @Override
  public long landed() {
    return standIn.warehouse().schema(table).isEmpty() ? 0 : standIn.warehouse().rowCount(table);
  }

  @Override
  public String found() throws InterruptedException {
    String place =
        streams()
            ? "CONCAT(CAST(__kafka_partition AS STRING), '/', CAST(__kafka_offset AS STRING))"
            : "id";
    List<String> row =
        new SqlClient(standIn)
            .rows(
                "SELECT COUNT(*), COUNT(DISTINCT id), COUNT(DISTINCT "
                    + place
                    + "), SUM(CAST(CONCAT('0x', SUBSTR(TO_HEX(MD5(CONCAT(CAST(id AS STRING), '|',"
                    + " name))), 1, 8)) AS INT64)) FROM "
                    + DATASET
                    + "."
                    + TABLE)
            .get(0);
    return String.format(
        "%s rows, %s ids, %s places, sum %s", row.get(0), row.get(1), row.get(2), row.get(3));
  }

  @Override
  public void close() {
    calm();
    storage.ifPresent(GcsStandIn::close);
    standIn.close();
  }
}
