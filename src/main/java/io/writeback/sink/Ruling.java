package io.writeback.sink;

import io.writeback.sink.SnapshotStore.Decision.Kind;

/** What to do with a manifest now. */
sealed interface Ruling {
  /** Show it. */
  record Promote() implements Ruling {}

  /** It is settled without being shown, or has been shown already. */
  record Settle(Kind kind, String reason) implements Ruling {}

  /** Keep its staging and tell an operator. */
  record Hold(String reason) implements Ruling {}

  /** Look again later. */
  record Wait() implements Ruling {}
}
