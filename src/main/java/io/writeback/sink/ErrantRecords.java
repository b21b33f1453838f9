package io.writeback.sink;

import java.util.concurrent.ExecutionException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Reports records that cannot be written, and waits until the report is acknowledged: otherwise a
 * crash after a commit that passes the record would leave it neither landed nor reported. Task
 * thread only, because Connect's reporter shares its state with the task.
 */
final class ErrantRecords {
  private final TaskScope scope;

  ErrantRecords(TaskScope scope) {
    this.scope = scope;
  }

  /**
   * Reports a record.
   *
   * @throws ConnectException if nobody takes reports, or the report fails
   */
  void report(SinkRecord record, String reason, Throwable cause) {
    String where =
        record.originalTopic()
            + "-"
            + record.originalKafkaPartition()
            + " at offset "
            + record.originalKafkaOffset();
    String message = "Record of " + where + " cannot be written: " + reason;
    ErrantRecordReporter reporter = scope.context().errantRecordReporter();
    if (reporter == null) {
      throw new ConnectException(
          message
              + ". Correct the data, or set errors.tolerance=all with"
              + " errors.deadletterqueue.topic.name to put such records aside.",
          cause);
    }
    try {
      reporter.report(record, new BadRowException(message, cause)).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ConnectException("Interrupted while reporting the record of " + where, e);
    } catch (ExecutionException e) {
      throw new ConnectException(
          message + ". Reporting it failed too: " + e.getCause(), e.getCause());
    }
    scope.metrics().reported();
  }
}
