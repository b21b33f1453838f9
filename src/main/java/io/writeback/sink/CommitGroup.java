package io.writeback.sink;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Partitions that are committed together, one commit at a time. While one is under way, or waits to
 * be tried again, the next ranges fill. Task thread.
 */
final class CommitGroup {
  final String name;
  final Retry retry;
  private List<Entry> entries = List.of();
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
  private long startedMs;
  private long heapBytes;

  /** A range with the ownership that it was cut from. */
  record Entry(OwnedPartition owner, PendingRange range) {}

  CommitGroup(String name, Retry retry) {
    this.name = name;
    this.retry = retry;
  }

  /** Whether ranges are in flight, running or waiting to be tried again. */
  boolean busy() {
    return !entries.isEmpty();
  }

  /** Heap of the ranges in flight, as it was when they were cut, in bytes. */
  long heapBytes() {
    return heapBytes;
  }

  long rows() {
    return entries.stream()
        .flatMap(entry -> entry.range().batches().stream())
        .mapToLong(TableBatch::rows)
        .sum();
  }

  long startedMs() {
    return startedMs;
  }

  void cut(List<Entry> cutEntries, long heap, long nowMs) {
    entries = List.copyOf(cutEntries);
    heapBytes = heap;
    startedMs = nowMs;
  }

  /** What is still wanted of the ranges in flight: those of partitions that are still owned. */
  List<Entry> wanted() {
    entries = entries.stream().filter(entry -> !entry.owner().gone()).toList();
    return entries;
  }

  void running(CompletableFuture<Void> work) {
    running = work;
  }

  /** Done when no attempt runs. */
  CompletableFuture<Void> attempt() {
    return running;
  }

  void finished() {
    entries = List.of();
    heapBytes = 0;
  }
}
