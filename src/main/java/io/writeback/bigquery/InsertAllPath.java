package io.writeback.bigquery;

import com.google.api.services.bigquery.model.ErrorProto;
import com.google.api.services.bigquery.model.TableDataInsertAllRequest;
import com.google.api.services.bigquery.model.TableDataInsertAllResponse;
import com.google.api.services.bigquery.model.TableFieldSchema;
import io.writeback.bigquery.InsertBatch.Row;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.RejectedRow;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * tabledata.insertAll: at least once. Each row has an id made of its Kafka coordinates, by which
 * the service leaves repetitions of about a minute out, as well as it can.
 */
final class InsertAllPath implements RowPath {
  /** Documentation page "Quotas and limits": 500 rows are advised, 10 MB are allowed. */
  private static final int ROWS = 500;

  private static final long BYTES = 5 << 20;

  private final BigQueryRest rest;
  private final BigQueryTables tables;
  private final Encoders encoders;
  private final Map<Claim, Map<Target, Long>> highs = new ConcurrentHashMap<>();

  InsertAllPath(BigQueryRest rest, BigQueryTables tables, RowShape.Rules rules) {
    this.encoders = new Encoders(rules);
    this.rest = rest;
    this.tables = tables;
  }

  @Override
  public TableBatch newBatch(Claim claim, Target target) {
    return new InsertBatch(target, encoders, tables.detours());
  }

  @Override
  public Written write(Claim claim, TableBatch batch) {
    InsertBatch rows = (InsertBatch) batch;
    Target target = rows.target();
    List<TableFieldSchema> actual = tables.ensure(target, tables.columnsOf(rows.schemas()));
    if (!tables.fits(target, actual, rows.schemas(), List.of())) {
      return new Written.Encoded();
    }
    Map<Target, Long> high = highs.computeIfAbsent(claim, c -> new ConcurrentHashMap<>());
    rows.keepAfter(high.getOrDefault(target, -1L));
    int most = ROWS;
    ExplicitNulls nulls = new ExplicitNulls(actual, tables);
    for (List<Row> next = rows.next(most, BYTES); !next.isEmpty(); next = rows.next(most, BYTES)) {
      Optional<TableDataInsertAllResponse> response =
          insert(claim.partition(), target, next, nulls);
      if (response.isEmpty() && next.size() > 1) {
        most = next.size() / 2;
        continue;
      }
      List<RejectedRow> refused =
          response.isPresent()
              ? refused(target, next, response.get())
              : List.of(
                  new RejectedRow(
                      next.get(0).offset(), "a row is larger than a request of insert_all may be"));
      if (!refused.isEmpty()) {
        return new Written.Refused(refused);
      }
      rows.landed(next.size());
      high.put(target, next.get(next.size() - 1).offset());
    }
    return new Written.Landed();
  }

  /** Empty if the request is too large. */
  private Optional<TableDataInsertAllResponse> insert(
      TopicPartition tp, Target target, List<Row> rows, ExplicitNulls nulls) {
    List<TableDataInsertAllRequest.Rows> wire = new ArrayList<>();
    for (Row row : rows) {
      wire.add(
          new TableDataInsertAllRequest.Rows()
              .setInsertId(insertId(tp, row.offset()))
              .setJson(nulls.in(row)));
    }
    try {
      // Not one row if any is refused: what landed is then known.
      return rest.insertRows(
          target,
          new TableDataInsertAllRequest()
              .setRows(wire)
              .setSkipInvalidRows(false)
              .setIgnoreUnknownValues(false));
    } catch (FaultException e) {
      if (e.fault() == Fault.CONFIGURATION) {
        tables.forget(target);
      }
      throw e;
    }
  }

  private List<RejectedRow> refused(
      Target target, List<Row> rows, TableDataInsertAllResponse response) {
    List<RejectedRow> refused = new ArrayList<>();
    if (response.getInsertErrors() == null) {
      return refused;
    }
    String unseen = null;
    for (TableDataInsertAllResponse.InsertErrors error : response.getInsertErrors()) {
      for (ErrorProto reason : error.getErrors()) {
        String text = BigQueryFaults.withoutValues(String.valueOf(reason.getMessage()));
        if (!"invalid".equals(reason.getReason())) {
          continue;
        }
        if (text.contains("no such field")) {
          unseen = text;
        } else {
          refused.add(new RejectedRow(rows.get(Math.toIntExact(error.getIndex())).offset(), text));
        }
        break;
      }
    }
    if (refused.isEmpty() || unseen != null) {
      // A column that writers do not see yet, or rows that were stopped for no reason of theirs.
      tables.forget(target);
      throw FaultException.retry(
          "inserting into " + target + ": " + (unseen == null ? "rows were stopped" : unseen),
          null);
    }
    return refused;
  }

  /** At most 128 characters. */
  private static String insertId(TopicPartition tp, long offset) {
    String place = tp + "-" + offset;
    return place.length() <= 128
        ? place
        : ChainIds.hash(tp.topic()) + place.substring(tp.topic().length());
  }

  @Override
  public void forget(Claim claim) {
    highs.remove(claim);
  }

  @Override
  public void close() {
    highs.clear();
  }
}
