package io.writeback.redshift;

import io.writeback.sink.SinkRow;
import java.util.function.Function;

/**
 * A column in front of those that come from the value: a part of the key, or a fact about the
 * record.
 *
 * @param value finds the value in a row; null for null
 * @param part whether it is part of the key, which is never null
 */
record LeadColumn(
    String name, RedshiftType type, Cell cell, Function<SinkRow, Object> value, boolean part) {}
