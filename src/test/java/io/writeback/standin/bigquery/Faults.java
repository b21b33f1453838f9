package io.writeback.standin.bigquery;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.StoredTable;
import io.writeback.standin.bigquery.job.Job;
import io.writeback.standin.bigquery.job.JobGate;
import io.writeback.standin.http.HttpCall;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Where armed faults come true. */
final class Faults implements JobGate {
  private final FaultPlan<BigQueryRequest, BigQueryFault> plan;
  private final ThreadLocal<BigQueryFault.ColumnLate> late = new ThreadLocal<>();

  Faults(FaultPlan<BigQueryRequest, BigQueryFault> plan) {
    this.plan = plan;
  }

  /**
   * The fault of a call, if one is due.
   *
   * @throws ApiException if it is an error instead of the effect
   */
  Optional<BigQueryFault> before(BigQueryRequest request, HttpCall http) throws IOException {
    Optional<BigQueryFault> fault = plan.next(request);
    late.remove();
    if (fault.isPresent()) {
      if (fault.get() instanceof BigQueryFault.CutBefore) {
        http.cut();
      } else if (fault.get() instanceof BigQueryFault.Refused refused) {
        throw new ApiException(refused.status(), refused.reason(), refused.message());
      } else if (fault.get() instanceof BigQueryFault.ColumnLate column) {
        late.set(column);
      }
    }
    return fault;
  }

  /** Sends an answer, or what a fault makes of it. */
  static void send(HttpCall http, Answer answer, BigQueryFault fault) throws IOException {
    if (fault instanceof BigQueryFault.AnswerLost) {
      http.cut();
    } else if (fault instanceof BigQueryFault.ErrorAfter error) {
      ApiException failure = new ApiException(error.status(), error.reason(), error.message());
      Answer instead = Answer.json(error.status(), failure.toBody());
      http.respond(instead.status(), instead.headers(), instead.body());
    } else if (fault instanceof BigQueryFault.TruncatedBody cut) {
      part(http, answer, cut.bytes());
      http.cut();
    } else if (fault instanceof BigQueryFault.StalledBody stall) {
      stalled(http, answer, stall);
    } else {
      http.respond(answer.status(), answer.headers(), answer.body());
    }
  }

  private static OutputStream part(HttpCall http, Answer answer, int bytes) throws IOException {
    OutputStream out =
        http.stream(
            answer.status(), answer.headers(), HttpCall.Framing.LENGTH, answer.body().length);
    out.write(answer.body(), 0, Math.min(bytes, answer.body().length));
    out.flush();
    return out;
  }

  private static void stalled(HttpCall http, Answer answer, BigQueryFault.StalledBody stall)
      throws IOException {
    OutputStream out = part(http, answer, stall.bytes());
    try {
      stall.release().await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      http.cut();
      return;
    }
    int sent = Math.min(stall.bytes(), answer.body().length);
    out.write(answer.body(), sent, answer.body().length - sent);
    out.close();
  }

  /** Whether streaming writers are to see this change late; then a thread shows it to them. */
  boolean columnLate(ApiCall call, StoredTable table) {
    BigQueryFault.ColumnLate fault = late.get();
    if (fault == null) {
      return false;
    }
    Thread shows =
        new Thread(
            () -> {
              try {
                fault.release().await();
                table.showSchemaToWriters();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            "column-late-" + call.table());
    shows.setDaemon(true);
    shows.start();
    return true;
  }

  @Override
  public void beforeRunning(Job job) throws InterruptedException {
    job(job, "job.start");
  }

  @Override
  public void beforeEffect(Job job) throws InterruptedException {
    job(job, "job.effect");
  }

  private void job(Job job, String operation) throws InterruptedException {
    Optional<BigQueryFault> fault =
        plan.next(
            new BigQueryRequest(
                operation, job.type(), job.key().id(), job.configuration().toString()));
    if (fault.isPresent()) {
      if (fault.get() instanceof BigQueryFault.JobFails fails) {
        throw new ApiException(400, fails.reason(), fails.message());
      }
      if (fault.get() instanceof BigQueryFault.JobHeld held) {
        job.hold(held.release());
      }
    }
  }
}
