package io.writeback.sink;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives partitions up within {@code close.timeout.ms}: waits for their commit in flight, forgets
 * their buffers, releases their claims.
 *
 * <p>Results of work are not taken here, but by the next {@code put}: they may ask for seeks, and
 * Connect would deliver records between a rebalance and a seek.
 */
final class Closing {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final TaskScope scope;
  private final Ownership ownership;
  private final Commits commits;

  Closing(TaskScope scope, Ownership ownership, Commits commits) {
    this.scope = scope;
    this.ownership = ownership;
    this.commits = commits;
  }

  void close(Collection<TopicPartition> partitions) {
    long timeoutMs = scope.settings().closeTimeoutMs();
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    List<OwnedPartition> leaving = new ArrayList<>();
    partitions.forEach(partition -> ownership.remove(partition).ifPresent(leaving::add));
    if (!Background.await(commits.attempts(groups(leaving)), left(deadline))) {
      LOG.warn(
          "A commit of {} is still under way after {}={}; whoever claims the partitions next finds"
              + " out what became of it.",
          groups(leaving),
          SinkConfig.CLOSE_TIMEOUT_MS,
          timeoutMs);
    }
    CompletableFuture<?>[] releases =
        leaving.stream()
            .filter(p -> !p.isFenced())
            .flatMap(p -> p.claim().map(c -> ownership.release(p.partition, c)).stream())
            .toArray(CompletableFuture<?>[]::new);
    if (!Background.await(CompletableFuture.allOf(releases), left(deadline))) {
      LOG.info("Partitions are given up without waiting for their release");
    }
  }

  private static Collection<String> groups(List<OwnedPartition> partitions) {
    return partitions.stream().map(p -> p.group).collect(Collectors.toSet());
  }

  private static long left(long deadlineNanos) {
    return TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
  }
}
