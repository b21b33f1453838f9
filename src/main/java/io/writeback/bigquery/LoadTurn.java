package io.writeback.bigquery;

import java.util.OptionalLong;

/**
 * The load jobs' turn at a partition. Load jobs and streams may follow each other, and each turn of
 * the load jobs has a chain of registers of its own, because the one before was ended.
 *
 * @param epoch of the stream ledger at which the turn began; 0 if no streams came before it
 * @param first number of its first register: numbers go on, so that hints stay in order
 * @param position where it began, or empty for Kafka's
 */
record LoadTurn(long epoch, long first, OptionalLong position) {
  static final LoadTurn ONLY = new LoadTurn(0, 0, OptionalLong.empty());
}
