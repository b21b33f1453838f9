package io.writeback.sink;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * What the warehouse knows of snapshots: the insert-only registry of manifests (filled by {@link
 * Destination#commit}), staged rows, and per target a control row. Promotion is a function of this
 * state alone, so any task may run it, twice or at once.
 *
 * <p>All calls block and throw {@link io.writeback.retry.FaultException}.
 */
public interface SnapshotStore {
  /** Registered manifests of this delivery id without a final decision, by manifest offset. */
  List<Undecided> undecided();

  /** What is staged of a snapshot, over all partitions. */
  Staged staged(RegisteredManifest manifest);

  /** The control row of a target, or empty before its first promotion. */
  Optional<Control> control(Target target);

  /**
   * Shows a snapshot: in one transaction, guarded by the control row, with the count of distinct
   * ordinals taken again inside.
   *
   * @param expected the counts that the decision to promote rests on; they may be below those of
   *     the manifest if an operator lets an incomplete snapshot through
   */
  Promotion promote(RegisteredManifest manifest, Staged expected);

  /** Records a decision or a hold, with its reconciliation row for users. Idempotent. */
  void decide(RegisteredManifest manifest, Decision decision);

  /** Drops the staging of decided snapshots, and of those without a manifest past their time. */
  void clean();

  /**
   * A manifest that waits or is held.
   *
   * @param held the reason of the last hold, if there was one
   * @param registeredMs when it was registered, by the warehouse's clock, in ms since 1970
   */
  record Undecided(RegisteredManifest manifest, Optional<String> held, long registeredMs) {}

  /**
   * Staged rows.
   *
   * @param distinctOrdinals distinct ordinals staged as rows
   * @param rejected distinct ordinals staged as markers
   * @param nextOffsets position of each partition of the data topic that anybody has committed
   * @param partitions progress of the snapshot in each partition that holds some of it
   */
  record Staged(
      long distinctOrdinals,
      long rejected,
      Map<TopicPartition, Long> nextOffsets,
      Map<TopicPartition, SnapshotProgress> partitions) {}

  /**
   * The one row that decides what a target shows.
   *
   * @param owner delivery id that may promote into it
   * @param dataset DataSet that feeds it
   * @param manifestOffset place of the promoted manifest; only grows; -1 if it was promoted by an
   *     earlier generation of the delivery
   * @param versionTimeMs the source's time of the promoted version, or null
   */
  record Control(
      String owner,
      String dataset,
      String producer,
      long manifestOffset,
      String snapshot,
      String version,
      Long versionTimeMs,
      long rows,
      String contentHash) {}

  /** What became of a promotion. */
  enum Promotion {
    /** The target shows the snapshot now. */
    PROMOTED,
    /** It, or a later one, was promoted before. */
    ALREADY,
    /** The counts inside the transaction differ from the expected ones; nothing changed. */
    INCOMPLETE
  }

  /**
   * A decision on a manifest.
   *
   * @param verdict PROMOTED, SUPERSEDED, DUPLICATE, STALE and REFUSED are final, HELD is not
   * @param reason words for an operator
   * @param missing rows of the manifest that are neither staged nor rejected
   */
  record Decision(Kind verdict, String reason, long staged, long rejected, long missing) {
    /** Kinds of decision. */
    public enum Kind {
      PROMOTED,
      SUPERSEDED,
      DUPLICATE,
      STALE,
      REFUSED,
      HELD
    }

    public boolean isFinal() {
      return verdict != Kind.HELD;
    }
  }
}
