package io.writeback.redshift;

import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * One COPY straight into each target. Nothing is read there, so the progress table is lock enough;
 * targets come in sorted order, so that two flushes cannot wait for each other.
 */
record Appending(Copier copier) implements RowLoad {
  @Override
  public List<String> locks(Collection<Target> targets) {
    return List.of();
  }

  @Override
  public void stage(Session session, List<StagedRange> ranges) {}

  @Override
  public List<Refused> provoke(Session session, List<StagedRange> ranges) throws SQLException {
    for (Map.Entry<Target, List<StagedObject>> target : StagedRange.direct(ranges).entrySet()) {
      copier.provoke(session, Sql.table(target.getKey()), target.getValue());
    }
    return List.of();
  }

  @Override
  public void write(Session session, List<StagedRange> due) throws SQLException {
    for (Map.Entry<Target, List<StagedObject>> target : StagedRange.direct(due).entrySet()) {
      copier.copy(session, Sql.table(target.getKey()), target.getValue());
    }
  }
}
