package io.writeback.bigquery;

import static io.writeback.bigquery.BigQuerySite.column;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.JobConfiguration;
import com.google.api.services.bigquery.model.JobConfigurationLoad;
import com.google.api.services.bigquery.model.TableReference;
import io.writeback.real.BrokenException;
import io.writeback.real.Leftovers;
import io.writeback.real.Together;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** What loads through a bucket rest on. */
final class BigQueryBucketProbes {
  private static final int RACES = 3;
  private static final int WRITERS = 4;
  private static final int PATIENCE = 5;
  private static final long SECOND_MS = 1_000;
  private static final int ROWS = 5;

  private BigQueryBucketProbes() {}

  /** An object, once written, is never another one. */
  static String writeOnce(Map<String, String> services, Leftovers leftovers) throws Exception {
    BigQuerySite site = new BigQuerySite(services, leftovers);
    for (int race = 0; race < RACES; race++) {
      String name = site.object();
      List<Callable<Boolean>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        byte[] bytes = ("writer " + i).getBytes(StandardCharsets.UTF_8);
        BucketRest bucket = new BigQuerySite(services, leftovers).bucket();
        writers.add(() -> wrote(bucket, name, bytes));
      }
      long won = Together.run(writers).stream().filter(w -> w).count();
      BrokenException.unless(
          won == 1, "%d of %d writers got one name that nobody had", won, WRITERS);
    }
    return RACES + " races of " + WRITERS + ", each with one winner";
  }

  /** The service may ask for patience with one name, which it lets be written once a second. */
  private static boolean wrote(BucketRest bucket, String name, byte[] bytes)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        bucket.put(name, LoadObjects.CONTENT_TYPE, bytes, bytes.length);
        return true;
      } catch (FaultException e) {
        if (e.fault() == Fault.CONFIGURATION && e.getMessage().contains("other bytes")) {
          return false;
        }
        if (e.fault() != Fault.RETRY || attempt == PATIENCE) {
          throw e;
        }
      }
      Thread.sleep(SECOND_MS * attempt);
    }
  }

  /** A job puts out the rows of its object; without the object it fails as one, in known words. */
  static String load(Map<String, String> services, Leftovers leftovers) throws Exception {
    BigQuerySite site = new BigQuerySite(services, leftovers);
    Target table =
        site.table(column("id", "STRING"), column("who", "STRING"), column("t", "STRING"));
    String id = site.name();
    GzipRows rows = BigQueryJobProbes.rows(id, "bucket", ROWS, 16);
    BigQueryJobs jobs = site.jobsThrough(id, rows);
    Job loaded = jobs.await(jobs.submitLoad(id, table, rows, Map.of()));
    BigQueryJobProbes.succeeded(loaded);
    LoadResult.checkRows(loaded, ROWS);
    String landed = BigQueryJobProbes.landed(site, table, id);
    BrokenException.unless(
        landed.equals("bucket=" + ROWS), "of %d rows of an object the table has %s", ROWS, landed);
    FaultException gone = withoutObject(site, table);
    BrokenException.unless(
        site.count(table) == ROWS, "a job whose object was gone has put rows out");
    return ROWS + " rows; an object that is gone: " + gone.getMessage();
  }

  private static FaultException withoutObject(BigQuerySite site, Target table) throws Exception {
    String id = site.name();
    Job job =
        new Job()
            .setJobReference(site.jobs.reference(id))
            .setConfiguration(
                new JobConfiguration()
                    .setLoad(
                        new JobConfigurationLoad()
                            .setDestinationTable(
                                new TableReference()
                                    .setProjectId(site.settings.project())
                                    .setDatasetId(table.namespace())
                                    .setTableId(table.table()))
                            .setSourceUris(List.of(site.bucket().uri(site.object())))
                            .setSourceFormat("NEWLINE_DELIMITED_JSON")
                            .setCreateDisposition("CREATE_NEVER")
                            .setWriteDisposition("WRITE_APPEND")));
    site.rest.insertJob(job);
    ErrorProto error =
        BigQueryJobs.error(site.jobs.await(site.jobs.find(id).orElseThrow()))
            .orElseThrow(() -> new BrokenException("a job whose object is not there succeeds"));
    BrokenException.unless(
        "notFound".equals(error.getReason()) && error.getMessage().contains("gs://"),
        "an object that is gone is told in words that the sink does not know: %s (%s)",
        error.getMessage(),
        error.getReason());
    return BigQueryFaults.vanished(table, error);
  }
}
