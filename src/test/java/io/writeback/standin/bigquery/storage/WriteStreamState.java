package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.StorageError.StorageErrorCode;
import com.google.cloud.bigquery.storage.v1.WriteStream.Type;
import com.google.rpc.Code;
import io.writeback.standin.bigquery.catalog.TableId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * One application-created stream. COMMITTED rows are visible when they are appended, BUFFERED rows
 * up to the flushed offset, PENDING rows when the stream is committed. All calls hold its lock, so
 * an append and a finalize are one after the other.
 */
final class WriteStreamState {
  private final String name;
  private final TableId table;
  private final String incarnation;
  private final Type type;
  private final Instant created;
  private final List<Object[]> waiting = new ArrayList<>();
  private Instant used;
  private long rows;
  private long flushed;
  private boolean finalized;
  private boolean committed;

  WriteStreamState(String name, TableId table, String incarnation, Type type, Instant now) {
    this.name = name;
    this.table = table;
    this.incarnation = incarnation;
    this.type = type;
    this.created = now;
    this.used = now;
  }

  String name() {
    return name;
  }

  TableId table() {
    return table;
  }

  /** Which of the tables of that name it writes to. */
  String incarnation() {
    return incarnation;
  }

  Type type() {
    return type;
  }

  Instant created() {
    return created;
  }

  synchronized Instant used() {
    return used;
  }

  /** Throws unless rows may be appended at the offset. */
  synchronized void requireAppendable(OptionalLong offset, Instant now) {
    used = now;
    if (finalized) {
      throw StorageErrors.streamFinalized(name);
    }
    if (offset.isPresent() && offset.getAsLong() < 0) {
      throw StorageErrors.invalid("The offset must not be negative");
    }
    if (offset.isPresent() && offset.getAsLong() < rows) {
      throw StorageErrors.alreadyExists(name, rows, offset.getAsLong());
    }
    if (offset.isPresent() && offset.getAsLong() > rows) {
      throw StorageErrors.outOfRange(name, rows, offset.getAsLong());
    }
  }

  /** Appends; the offset of the first row. */
  synchronized long append(
      OptionalLong offset, List<Object[]> newRows, StorageTables.StorageTable target, Instant now) {
    requireAppendable(offset, now);
    if (type == Type.COMMITTED) {
      target.append(newRows);
    } else {
      waiting.addAll(newRows);
    }
    long first = rows;
    rows += newRows.size();
    return first;
  }

  /** Ends it; how many rows it has. Repeating it gives the same answer. */
  synchronized long finish() {
    finalized = true;
    return rows;
  }

  /** Makes rows up to and including the offset visible. */
  synchronized long flush(long offset, StorageTables.StorageTable target) {
    if (type != Type.BUFFERED) {
      throw StorageErrors.detailed(
          Code.INVALID_ARGUMENT,
          StorageErrorCode.INVALID_STREAM_TYPE,
          name,
          "FlushRows is for BUFFERED streams, this one is " + type);
    }
    if (finalized) {
      throw StorageErrors.detailed(
          Code.INVALID_ARGUMENT,
          StorageErrorCode.INVALID_STREAM_STATE,
          name,
          "The stream has been finalized and cannot be flushed.");
    }
    if (offset < 0 || offset >= rows) {
      throw StorageErrors.outOfRange(name, rows, offset);
    }
    int count = (int) (offset + 1 - flushed);
    if (count > 0) {
      List<Object[]> visible = waiting.subList(0, count);
      target.append(List.copyOf(visible));
      visible.clear();
      flushed = offset + 1;
    }
    return flushed - 1;
  }

  /** Throws unless it can be committed. */
  synchronized void requireCommittable() {
    if (type != Type.PENDING) {
      throw StorageErrors.detailed(
          Code.INVALID_ARGUMENT,
          StorageErrorCode.INVALID_STREAM_TYPE,
          name,
          "Only PENDING streams can be committed, this one is " + type);
    }
    if (!finalized) {
      throw StorageErrors.detailed(
          Code.INVALID_ARGUMENT,
          StorageErrorCode.INVALID_STREAM_STATE,
          name,
          "The stream must be finalized before it is committed.");
    }
    if (committed) {
      throw StorageErrors.detailed(
          Code.ALREADY_EXISTS,
          StorageErrorCode.STREAM_ALREADY_COMMITTED,
          name,
          "The stream has been committed already.");
    }
  }

  /** Rows of a PENDING stream that can be committed. */
  synchronized List<Object[]> pending() {
    return List.copyOf(waiting);
  }

  /** Its rows have become visible. */
  synchronized void committed() {
    committed = true;
    waiting.clear();
  }
}
