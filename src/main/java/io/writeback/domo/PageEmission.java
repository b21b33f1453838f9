package io.writeback.domo;

import io.writeback.domo.Page.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;

/** Emits the rows of a page; there is no manifest, as there is no version. */
final class PageEmission implements Emission {
  private final Page page;
  private final EmissionSettings settings;
  private final Map<String, String> partition;
  private final Map<String, Object> shared;
  private final Header[] headers;
  private final Acknowledgements acks = new Acknowledgements();
  private int sent;

  PageEmission(Page page, EmissionSettings settings) {
    this.page = page;
    this.settings = settings;
    this.partition = SourcePosition.partition(page.dataset());
    this.shared = page.before().cursorOffsets(page.config());
    this.headers = RecordMaker.datasetHeaders(page.dataset(), page.name());
  }

  @Override
  public Page work() {
    return page;
  }

  @Override
  public Step step() {
    if (settings.pollCommits()) {
      // The batch given out before is committed: what has no report was dropped.
      acks.settle();
    }
    if (sent < page.rows().size()) {
      return new Step.Batch(nextRows());
    }
    if (!acks.complete()) {
      return new Step.Waiting();
    }
    if (acks.dropped() > 0 && !settings.droppedAllowed()) {
      return new Step.Abandoned(
          String.format(
              "%d of %d rows did not reach Kafka: a transform, a converter or the broker took them"
                  + " (transforms=%s). Repair it, set the offset of the DataSet back to %s to read"
                  + " them again, and restart; or set domo.dropped.rows=allow",
              acks.dropped(),
              acks.emitted(),
              settings.transforms(),
              page.before().cursor().map(Object::toString).orElse("none")));
    }
    return new Step.Finished();
  }

  @Override
  public boolean acknowledged(RowRecord record, RecordMetadata metadata) {
    return acks.acknowledged(metadata);
  }

  @Override
  public void discard() {}

  @Override
  public void close() {}

  private List<SourceRecord> nextRows() {
    // A new topic may be missing or refuse to be made. One record fails fast where a batch would
    // wait once for each record.
    int most = sent == 0 && page.before().isNone() ? 1 : settings.batchRows();
    List<SourceRecord> batch = new ArrayList<>(Math.min(most, page.rows().size() - sent));
    long bytes = 0;
    while (sent < page.rows().size() && batch.size() < most && bytes < settings.batchBytes()) {
      Row row = page.rows().get(sent++);
      batch.add(record(row));
      bytes += row.bytes();
    }
    acks.emitted(batch.size());
    return batch;
  }

  private RowRecord record(Row row) {
    ConnectHeaders both = new ConnectHeaders();
    both.add(headers[0]);
    both.add(headers[1]);
    RecordShape shape = page.shape();
    return new RowRecord(
        this,
        false,
        partition,
        new CursorOffset(shared, row.reached()),
        page.topic(),
        shape.key(),
        shape.keyOf(row.value()),
        shape.value(),
        row.value(),
        both);
  }
}
