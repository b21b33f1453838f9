package io.writeback.standin.domo;

import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;
import java.util.List;

/** What the endpoints share: the state of the service. */
record Service(Settings settings, VirtualClock clock, AccessTokens tokens, DataSets dataSets) {

  /** Opens the rows of a body under the fault of its request. */
  RowCursor open(RowSource source, DomoDataSet dataSet, Exchange exchange, boolean measuring) {
    RowCursor rows = source.open();
    return exchange.fault().isEmpty()
        ? rows
        : new FaultyRows(rows, new BodyHarm(source, dataSet, exchange, measuring));
  }

  /** Columns as an answer tells them. */
  static List<Column> told(List<Column> columns, Exchange exchange) {
    return exchange
        .fault(DomoFault.TypeChanged.class)
        .map(
            changed ->
                columns.stream()
                    .map(
                        c ->
                            c.name().equals(changed.column())
                                ? new Column(c.name(), changed.type())
                                : c)
                    .toList())
        .orElse(columns);
  }

  private final class BodyHarm implements FaultyRows.Harm {
    private final RowSource source;
    private final DomoDataSet dataSet;
    private final Exchange exchange;
    private final boolean measuring;

    BodyHarm(RowSource source, DomoDataSet dataSet, Exchange exchange, boolean measuring) {
      this.source = source;
      this.dataSet = dataSet;
      this.exchange = exchange;
      this.measuring = measuring;
    }

    @Override
    public DomoFault fault() {
      return exchange.fault().orElseThrow();
    }

    @Override
    public boolean measuring() {
      return measuring;
    }

    @Override
    public void publish(RowSource next) {
      dataSet.publish(next, Action.REPLACE);
    }

    @Override
    public void expireTokens() {
      tokens.expireAll();
    }

    @Override
    public RowSource columns() {
      return source;
    }
  }
}
