package io.writeback.standin.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.bigquery.model.JobConfiguration;
import com.google.api.services.bigquery.model.JobConfigurationLoad;
import com.google.api.services.bigquery.model.JobReference;
import com.google.api.services.bigquery.model.TableReference;
import com.google.cloud.bigquery.BigQueryException;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.Job;
import com.google.cloud.bigquery.JobId;
import com.google.cloud.bigquery.JobInfo;
import com.google.cloud.bigquery.JobStatus;
import com.google.cloud.bigquery.QueryJobConfiguration;
import com.google.cloud.bigquery.StandardSQLTypeName;
import io.writeback.standin.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobTest {
  private static StandInClient bq;

  @BeforeAll
  static void start() {
    bq = new StandInClient();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  private static Job query(String id, String location, Map<String, String> labels) {
    return bq.client.create(
        JobInfo.of(
            JobId.newBuilder().setJob(id).setLocation(location).build(),
            QueryJobConfiguration.newBuilder("SELECT 1 /* register */").setLabels(labels).build()));
  }

  @Test
  void anIdIsTakenOnceInEachLocationAndTheWinnerIsReadBack() throws Exception {
    bq.end(query("wb-1-0", "US", Map.of("s", "0", "e", "10", "nonce", "aaa")));
    bq.end(query("wb-1-0", "europe-west1", Map.of("s", "5")));
    var lower = bq.lower().jobs();
    var raw =
        new com.google.api.services.bigquery.model.Job()
            .setJobReference(new JobReference().setJobId("wb-1-0").setLocation("US"))
            .setConfiguration(
                new JobConfiguration()
                    .setQuery(
                        new com.google.api.services.bigquery.model.JobConfigurationQuery()
                            .setQuery("SELECT 2")
                            .setUseLegacySql(false)));
    var conflict =
        assertThrows(
            com.google.api.client.http.HttpResponseException.class,
            () -> lower.insert(bq.service.project(), raw).execute());
    assertEquals(409, conflict.getStatusCode());
    assertTrue(conflict.getContent().contains("Already Exists: Job local-project:US.wb-1-0"));
    var read = lower.get(bq.service.project(), "wb-1-0").setLocation("US").execute();
    assertEquals("aaa", read.getConfiguration().getLabels().get("nonce"));
    assertEquals("DONE", read.getStatus().getState());
  }

  @Test
  void aJobOutsideOfUsAndEuIsFoundByItsLocationOnly() throws Exception {
    bq.end(query("wb-2-0", "asia-east1", Map.of()));
    assertNull(bq.client.getJob("wb-2-0"));
    assertNotNull(
        bq.client.getJob(JobId.newBuilder().setJob("wb-2-0").setLocation("asia-east1").build()));
    bq.end(query("wb-2-1", "EU", Map.of()));
    assertNotNull(bq.client.getJob("wb-2-1"));
  }

  @Test
  void anotherPrincipalNeedsThePermissionToSeeAJob() throws Exception {
    bq.end(query("wb-3-0", "US", Map.of()));
    String other = "other@local-project.iam.gserviceaccount.com";
    var client = bq.connect(bq.service.serviceAccountJson(other));
    assertNotNull(client.getJob("wb-3-0"));
    bq.service.permissions().revoke(other, "bigquery.jobs.get");
    BigQueryException denied = assertThrows(BigQueryException.class, () -> client.getJob("wb-3-0"));
    assertEquals(403, denied.getCode());
    assertTrue(denied.getMessage().contains("bigquery.jobs.get"));
    assertNull(client.getJob("wb-3-404"));
  }

  @Test
  void labelsAreChecked() {
    for (String bad : List.of("Upper", "a b", "x".repeat(64))) {
      assertEquals(
          400,
          assertThrows(BigQueryException.class, () -> query("wb-4-0", "US", Map.of("k", bad)))
              .getCode());
    }
    assertNull(bq.client.getJob("wb-4-0"));
  }

  @Test
  void aHeldJobIsPendingThenRunningAndCanBeCancelled() throws Exception {
    CountDownLatch pending = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    bq.service.faults().once(r -> r.is("job.start"), new BigQueryFault.JobHeld(pending));
    bq.service.faults().once(r -> r.is("job.effect"), new BigQueryFault.JobHeld(running));
    Job job = query("wb-5-0", "US", Map.of());
    assertEquals(JobStatus.State.PENDING, job.getStatus().getState());
    pending.countDown();
    Await.until(
        "a running job",
        () -> bq.client.getJob(job.getJobId()).getStatus().getState() == JobStatus.State.RUNNING);
    assertTrue(bq.client.cancel(job.getJobId()));
    Job end = bq.end(job);
    assertEquals("stopped", end.getStatus().getError().getReason());
  }

  @Test
  void aJobFailsAsToldAndKeepsItsId() throws Exception {
    bq.service
        .faults()
        .once(r -> r.is("job.effect"), new BigQueryFault.JobFails("backendError", "try again"));
    Job job = bq.end(query("wb-6-0", "US", Map.of()));
    assertEquals("backendError", job.getStatus().getError().getReason());
    assertNull(bq.end(query("wb-6-1", "US", Map.of())).getStatus().getError());
  }

  @Test
  void aMissingDatasetIsRefusedAtOnceAndTheWrongLocationToo() throws Exception {
    Bigquery lower = bq.lower();
    bq.client.create(DatasetInfo.newBuilder("eu").setLocation("EU").build());
    for (String dataset : List.of("none", "eu")) {
      var error =
          assertThrows(
              com.google.api.client.http.HttpResponseException.class,
              () -> multipart(lower, dataset, "wb-7-0", "1\n"));
      assertEquals(404, error.getStatusCode());
    }
    bq.table("multi", Field.of("id", StandardSQLTypeName.INT64));
    multipart(lower, "ds", "wb-7-0", "1\n2\n");
    bq.end(bq.client.getJob("wb-7-0"));
    assertEquals(List.of(List.of("2")), bq.rows("SELECT COUNT(*) FROM ds.multi"));
  }

  /** A multipart upload, as the lower library does it. */
  private static void multipart(Bigquery lower, String dataset, String id, String csv)
      throws Exception {
    var job =
        new com.google.api.services.bigquery.model.Job()
            .setJobReference(new JobReference().setJobId(id).setLocation("US"))
            .setConfiguration(
                new JobConfiguration()
                    .setLoad(
                        new JobConfigurationLoad()
                            .setSourceFormat("CSV")
                            .setDestinationTable(
                                new TableReference()
                                    .setProjectId("local-project")
                                    .setDatasetId(dataset)
                                    .setTableId("multi"))));
    var insert =
        lower
            .jobs()
            .insert(
                "local-project",
                job,
                new ByteArrayContent(
                    "application/octet-stream", csv.getBytes(StandardCharsets.UTF_8)));
    insert.getMediaHttpUploader().setDirectUploadEnabled(true);
    insert.execute();
  }

  @Test
  void aTableTakesSoManyLoadsADay() throws Exception {
    try (StandInClient few = new StandInClient(Settings.defaults().withLoadsPerTablePerDay(2))) {
      few.table("quota", Field.of("id", StandardSQLTypeName.INT64));
      few.service.putObject("gs://b/1.csv", "1\n".getBytes(StandardCharsets.UTF_8));
      var load =
          com.google.cloud.bigquery.LoadJobConfiguration.of(
              com.google.cloud.bigquery.TableId.of("ds", "quota"),
              "gs://b/1.csv",
              com.google.cloud.bigquery.FormatOptions.csv());
      assertNull(few.run(load).getStatus().getError());
      assertNull(few.run(load).getStatus().getError());
      assertEquals("quotaExceeded", few.run(load).getStatus().getError().getReason());
    }
  }
}
