package io.writeback.sink;

import java.util.OptionalLong;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record on its way to a table.
 *
 * @param record as Connect delivered it, after transforms
 * @param offset its offset in the topic before any transform renamed it
 * @param ordinal its place in its snapshot, from 1, if it has one
 */
public record SinkRow(SinkRecord record, long offset, OptionalLong ordinal) {}
