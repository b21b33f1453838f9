package io.writeback.bigquery;

/**
 * What the streams of one task share.
 *
 * @param inFlightBytes rows of one stream that may be under way without an answer
 */
record StreamParts(
    WriteStreams service,
    StreamLedger ledger,
    HighWaterMark highWater,
    BigQueryTables tables,
    StreamBudget budget,
    long inFlightBytes) {}
