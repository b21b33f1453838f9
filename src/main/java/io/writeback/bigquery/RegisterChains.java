package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.sink.SinkSettings;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/** Finds the chain of registers of a partition, and ends those of earlier generations. */
final class RegisterChains {
  private final SinkSettings settings;
  private final BigQueryJobs jobs;
  private final RangeLoads loads;
  private final Ledger ledger;
  private final HintWriter hints;

  RegisterChains(
      SinkSettings settings, BigQueryJobs jobs, RangeLoads loads, Ledger ledger, HintWriter hints) {
    this.settings = settings;
    this.jobs = jobs;
    this.loads = loads;
    this.ledger = ledger;
    this.hints = hints;
  }

  RegisterChain claim(TopicPartition partition) {
    Optional<Ledger.Hint> hint = ledger.hint(partition);
    RegisterChain chain =
        RegisterChain.walk(
            ids(partition, settings.generation()),
            jobs,
            loads,
            hint,
            resolved -> hints.write(partition, resolved));
    if (chain.isEnded()) {
      throw FaultException.configuration(
          "a newer delivery.generation than "
              + settings.generation()
              + " has taken "
              + partition
              + " over: raise delivery.generation here too, or stop one of the two connectors",
          null);
    }
    if (!chain.isStarted() && settings.generation() > 0) {
      endEarlierGenerations(partition);
    }
    return chain;
  }

  /** An owner of an earlier generation that still lives finds its chain ended, and stops. */
  private void endEarlierGenerations(TopicPartition partition) {
    TreeSet<Long> earlier = new TreeSet<>(ledger.olderGenerations(partition));
    earlier.add((long) settings.generation() - 1);
    for (long generation : earlier) {
      RegisterChain chain =
          RegisterChain.walk(
              ids(partition, (int) generation),
              jobs,
              loads,
              ledger.hint(partition, generation),
              resolved -> {});
      chain.end();
    }
  }

  private ChainIds ids(TopicPartition partition, int generation) {
    return ChainIds.of(settings.namespace(), settings.deliveryId(), generation, partition);
  }
}
