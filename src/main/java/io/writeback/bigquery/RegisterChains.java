package io.writeback.bigquery;

import io.writeback.retry.FaultException;
import io.writeback.sink.SinkSettings;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;

/** Finds the chain of registers of a partition, and ends those of earlier generations. */
final class RegisterChains {
  private final SinkSettings settings;
  private final BigQueryJobs jobs;
  private final RangeLoads loads;
  private final Ledger ledger;
  private final HintWriter hints;
  private final LoadTurns turns;

  RegisterChains(
      SinkSettings settings,
      BigQueryJobs jobs,
      RangeLoads loads,
      Ledger ledger,
      HintWriter hints,
      LoadTurns turns) {
    this.settings = settings;
    this.jobs = jobs;
    this.loads = loads;
    this.ledger = ledger;
    this.hints = hints;
    this.turns = turns;
  }

  RegisterChain claim(TopicPartition partition, LoadTurn turn) {
    RegisterChain chain = walk(partition, turn);
    if (chain.isEnded()) {
      throw FaultException.configuration(
          "a newer delivery.generation than "
              + settings.generation()
              + ", or a task with another bigquery.write.method, has taken "
              + partition
              + " over: raise delivery.generation here too, or stop one of the two connectors",
          null);
    }
    if (!chain.isStarted()) {
      turn.position().ifPresent(chain::advanceTo);
      endEarlierGenerations(partition);
    }
    return chain;
  }

  /** The chain of a turn as it is, ended or not. */
  RegisterChain walk(TopicPartition partition, LoadTurn turn) {
    return RegisterChain.walk(
        ids(partition, settings.generation(), turn),
        jobs,
        loads,
        ledger.hint(partition).filter(hint -> hint.k() >= turn.first()),
        resolved -> hints.write(partition, resolved));
  }

  /** An owner of an earlier generation that still lives finds its chain ended, and stops. */
  void endEarlierGenerations(TopicPartition partition) {
    if (settings.generation() == 0) {
      return;
    }
    TreeSet<Long> earlier = new TreeSet<>(ledger.olderGenerations(partition));
    earlier.add((long) settings.generation() - 1);
    for (long generation : earlier) {
      RegisterChain chain =
          RegisterChain.walk(
              ids(partition, (int) generation, turns.of(partition, generation)),
              jobs,
              loads,
              ledger.hint(partition, generation),
              resolved -> {});
      chain.end();
    }
  }

  private ChainIds ids(TopicPartition partition, int generation, LoadTurn turn) {
    return ChainIds.of(settings.namespace(), settings.deliveryId(), generation, partition, turn);
  }
}
