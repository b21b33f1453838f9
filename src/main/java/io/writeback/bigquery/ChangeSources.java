package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the changes of a table come from, if offsets order them: offsets of two topics cannot be
 * compared, nor those of two partitions that a key has moved between. The table remembers, in its
 * labels, by which topic and how many partitions it was filled. Safe for use by many threads.
 */
final class ChangeSources {
  private static final String TOPIC = "writeback-topic";
  private static final String PARTITIONS = "writeback-partitions";
  private static final String GENERATION = "writeback-generation";
  private static final int ATTEMPTS = 8;

  private record Source(Target target, String topic) {}

  private final BigQueryRest rest;
  private final int partitions;
  private final long generation;
  private final Set<Source> known = ConcurrentHashMap.newKeySet();

  /**
   * Sources.
   *
   * @param partitions of each topic; 0 if offsets order nothing
   */
  ChangeSources(BigQueryRest rest, int partitions, long generation) {
    this.rest = rest;
    this.partitions = partitions;
    this.generation = generation;
  }

  /**
   * Makes sure that changes from here may be mixed with those that the table has seen.
   *
   * @throws FaultException CONFIGURATION if they may not
   */
  void check(Target target, TopicPartition from) {
    if (partitions == 0) {
      return;
    }
    if (from.partition() >= partitions) {
      throw FaultException.configuration(
          String.format(
              "%s is a partition beyond bigquery.upsert.partitions=%d: keys may have moved between"
                  + " partitions, whose offsets cannot be compared. Let the sink finish the old"
                  + " records, then set the new number and raise delivery.generation; or order by"
                  + " something else in bigquery.upsert.sequence",
              from, partitions),
          null);
    }
    Source source = new Source(target, from.topic());
    if (known.contains(source)) {
      return;
    }
    if (!written(target, from)) {
      throw FaultException.retry("the labels of " + target + " were changed by others", null);
    }
    // Only now: after a failure it is checked again.
    known.add(source);
  }

  private boolean written(Target target, TopicPartition from) {
    String topic = ChainIds.hash(from.topic());
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Table> table = rest.findTable(target);
      if (table.isEmpty()) {
        return false;
      }
      Map<String, String> labels =
          table.get().getLabels() == null ? Map.of() : table.get().getLabels();
      boolean older = Long.parseLong(labels.getOrDefault(GENERATION, "-1")) < generation;
      if (!older) {
        compare(target, from, labels, topic);
        return true;
      }
      Map<String, String> more = new HashMap<>(labels);
      more.put(TOPIC, topic);
      more.put(PARTITIONS, Integer.toString(partitions));
      more.put(GENERATION, Long.toString(generation));
      if (rest.patchTable(target, new Table().setLabels(more), table.get().getEtag())) {
        return true;
      }
    }
    return false;
  }

  private void compare(
      Target target, TopicPartition from, Map<String, String> labels, String topic) {
    if (!topic.equals(labels.get(TOPIC))) {
      throw FaultException.configuration(
          "table "
              + target
              + " is filled by another topic than "
              + from.topic()
              + ", and offsets of two topics cannot be compared: set bigquery.upsert.sequence to"
              + " timestamp, field:<name> or header:<name>, or give one of them another table",
          null);
    }
    if (!Integer.toString(partitions).equals(labels.get(PARTITIONS))) {
      throw FaultException.configuration(
          "table "
              + target
              + " was filled from "
              + labels.get(PARTITIONS)
              + " partitions, and bigquery.upsert.partitions is "
              + partitions
              + ": raise delivery.generation once the old records are read",
          null);
    }
  }
}
