package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Whether changes may be read again. BigQuery remembers for two days which rows change data capture
 * has deleted (documentation page "Stream table updates with change data capture"); an older change
 * of such a row that comes again brings it back.
 */
final class ChangeRewind {
  /** A position is written down some time after its changes have landed. */
  private static final Duration REMEMBERED = Duration.ofDays(2).minusHours(1);

  private final Ledger ledger;
  private final InstantSource clock;

  ChangeRewind(Ledger ledger, InstantSource clock) {
    this.ledger = ledger;
    this.clock = clock;
  }

  /**
   * Checks positions that are to be set by hand.
   *
   * @param offsets null for a partition that starts over
   * @throws FaultException CONFIGURATION if one lies too far back
   */
  void check(Map<TopicPartition, Long> offsets) {
    offsets.forEach(
        (tp, offset) -> {
          long to = offset == null ? 0 : offset;
          Optional<Instant> passed = ledger.firstBeyond(tp, to);
          if (passed.filter(at -> at.isBefore(clock.instant().minus(REMEMBERED))).isPresent()) {
            throw FaultException.configuration(
                "changes of "
                    + tp
                    + " from offset "
                    + to
                    + " on were written on "
                    + passed.get()
                    + ", and BigQuery remembers deletes for two days: rows deleted since would come"
                    + " back. Raise delivery.generation and write to a new table instead",
                null);
          }
        });
  }
}
