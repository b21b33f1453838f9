package io.writeback.domo;

/**
 * How snapshots go out.
 *
 * @param producer name of the connector
 * @param manifestTopic {@code snapshot.topic}
 * @param batchRows rows of a batch, which is one poll and one transaction
 * @param batchBytes about the bytes of a batch
 * @param droppedAllowed whether rows may get lost on the way to Kafka
 * @param pollCommits whether everything that a poll gave out is committed and reported before the
 *     next poll: one transaction for each poll, with exactly-once support for certain
 * @param transforms the connector's {@code transforms}, for messages
 */
record EmissionSettings(
    String producer,
    String manifestTopic,
    int batchRows,
    long batchBytes,
    boolean droppedAllowed,
    boolean pollCommits,
    CellForms forms,
    String transforms) {}
