package io.writeback.standin.bigquery.job;

/** Where faults reach jobs. An exception of the service's is the job's error. */
public interface JobGate {
  /** The job is PENDING; returning lets it run. */
  void beforeRunning(Job job) throws InterruptedException;

  /** The job is RUNNING; returning lets it take effect. */
  void beforeEffect(Job job) throws InterruptedException;
}
