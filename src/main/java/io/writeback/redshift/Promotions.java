package io.writeback.redshift;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.BadRowException;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SinkConfig;
import io.writeback.sink.SnapshotStore.Control;
import io.writeback.sink.SnapshotStore.Promotion;
import io.writeback.sink.SnapshotStore.Staged;
import io.writeback.sink.TableColumn;
import io.writeback.sink.TableSchema;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.DataException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows snapshots. The control row of the target is locked first and says whether this manifest
 * still is the next one; then the staged rows are counted again, shown, counted again, and the row
 * is moved. Two tasks may do this at once: the second one finds the row moved.
 */
final class Promotions {
  private static final Logger LOG = LoggerFactory.getLogger(Promotions.class);

  private final RedshiftParts parts;
  private final ControlTables tables;
  private final Showing showing;
  private final RefusedRows refusedRows;

  Promotions(RedshiftParts parts, Showing showing) {
    this.parts = parts;
    this.tables = parts.tables();
    this.showing = showing;
    this.refusedRows =
        new RefusedRows(
            parts.settings(),
            parts.targets(),
            showing,
            new BadRows(parts.sessions(), parts.rows(), parts.stage(), parts.lineCount()));
  }

  Promotion promote(RegisteredManifest manifest, Staged expected) {
    Target target = manifest.target();
    parts.targets().make(List.of(tables.createControl(target), tables.createStaged(target)));
    try {
      Optional<ControlRow.Shown> shown = shown(manifest);
      if (shown.isPresent() && superseded(shown.get(), manifest)) {
        return Promotion.ALREADY;
      }
      return shown(manifest, expected, read(manifest));
    } catch (UnknownOutcomeException e) {
      return afterUnknownOutcome(manifest, e);
    } catch (MissingObjectException e) {
      throw FaultException.fatal(
          "staged rows are gone from the bucket: "
              + e.getMessage()
              + ". Have the source send the DataSet again, and check that no lifecycle rule of the"
              + " bucket is shorter than snapshots wait",
          e);
    } catch (FaultException e) {
      parts.targets().forget();
      throw e;
    }
  }

  private Promotion shown(
      RegisteredManifest manifest, Staged expected, List<StagedTable.Entry> entries) {
    refusedRows.throwIfStillHeld(manifest);
    List<Column> columns = columns(manifest, entries);
    try {
      return shown(manifest, expected, columns, entries, 0);
    } catch (FaultException e) {
      if (e.fault() != Fault.BAD_RECORD) {
        throw e;
      }
      long refused = refusedRows.tolerated(manifest, columns, entries, e);
      return shown(manifest, expected, columns, entries, refused);
    }
  }

  private Promotion shown(
      RegisteredManifest manifest,
      Staged expected,
      List<Column> columns,
      List<StagedTable.Entry> entries,
      long refused) {
    try (Showing.Prepared prepared =
        showing.prepare(manifest, columns, objects(entries), refused)) {
      return inTransaction(manifest, expected, prepared);
    }
  }

  private List<StagedTable.Entry> read(RegisteredManifest manifest) {
    return parts
        .sessions()
        .call(
            "read what is staged for " + manifest.target(),
            session ->
                StagedTable.of(tables, manifest.target())
                    .read(session, manifest.manifest().snapshot()));
  }

  private Optional<ControlRow.Shown> shown(RegisteredManifest manifest) {
    return parts
        .sessions()
        .call(
            "read what " + manifest.target() + " shows",
            session -> new ControlRow(tables, manifest.target()).read(session));
  }

  private static List<StagedObject> objects(List<StagedTable.Entry> entries) {
    return entries.stream().flatMap(entry -> entry.object().stream()).toList();
  }

  /** A snapshot without rows makes its table too, from the columns in the manifest. */
  private static List<Column> columns(
      RegisteredManifest manifest, List<StagedTable.Entry> entries) {
    List<List<Column>> all =
        Stream.concat(
                Stream.of(columns(manifest)),
                entries.stream().flatMap(entry -> entry.object().stream()).map(o -> o.columns()))
            .filter(list -> !list.isEmpty())
            .toList();
    if (all.isEmpty()) {
      throw FaultException.configuration(
          "the manifest for "
              + manifest.target()
              + " lists no columns and no rows are staged, so its table cannot be made",
          null);
    }
    return TableChange.union(all);
  }

  private static List<Column> columns(RegisteredManifest manifest) {
    try {
      List<TableColumn> listed = TableSchema.ofManifest(manifest.manifest()).columns();
      List<String> names = ColumnNames.of(listed.stream().map(TableColumn::name).toList());
      List<Column> columns = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        columns.add(new Column(names.get(i), Cells.type(listed.get(i))));
      }
      return columns;
    } catch (DataException | BadRowException e) {
      throw FaultException.configuration(
          "the manifest for " + manifest.target() + " cannot make a table: " + e.getMessage(), e);
    }
  }

  private Promotion inTransaction(
      RegisteredManifest manifest, Staged expected, Showing.Prepared prepared) {
    ControlRow control = new ControlRow(tables, manifest.target());
    return parts
        .sessions()
        .transaction(
            "promote a snapshot into " + manifest.target(),
            List.of(control.table()),
            session -> write(session, control, manifest, expected, prepared));
  }

  private Promotion write(
      Session session,
      ControlRow control,
      RegisteredManifest manifest,
      Staged expected,
      Showing.Prepared prepared)
      throws SQLException {
    Optional<ControlRow.Shown> shown = control.read(session);
    if (shown.isPresent() && superseded(shown.get(), manifest)) {
      return Promotion.ALREADY;
    }
    List<StagedTable.Entry> entries =
        StagedTable.of(tables, manifest.target()).read(session, manifest.manifest().snapshot());
    Staged now = StagedTable.totals(entries, manifest.manifest(), Map.of());
    if (now.distinctOrdinals() != expected.distinctOrdinals()
        || now.rejected() != expected.rejected()) {
      return Promotion.INCOMPLETE;
    }
    List<StagedObject> objects = objects(entries);
    Showing.Shown done =
        prepared.show(session, objects, shown.map(ControlRow.Shown::counter).orElse(0L));
    control.write(session, manifest, done);
    LOG.debug(
        "Promoting snapshot {} of {} into {}: {} rows from {} objects",
        manifest.manifest().snapshot(),
        manifest.manifest().dataset(),
        manifest.target(),
        done.rows(),
        objects.size());
    return Promotion.PROMOTED;
  }

  /** Whether the target shows this snapshot or a later one. */
  private boolean superseded(ControlRow.Shown shown, RegisteredManifest manifest) {
    Control control = shown.control();
    if (!control.owner().equals(tables.deliveryId())) {
      throw FaultException.configuration(
          "table "
              + manifest.target()
              + " is fed by the delivery "
              + control.owner()
              + ", this one is "
              + tables.deliveryId()
              + ". Give this DataSet another table in "
              + SinkConfig.TABLE_MAP
              + ", or set "
              + SinkConfig.DELIVERY_ID
              + " if the connector was renamed",
          null);
    }
    if (!control.dataset().equals(manifest.manifest().dataset())) {
      throw FaultException.configuration(
          "table "
              + manifest.target()
              + " shows DataSet "
              + control.dataset()
              + ", the manifest is for "
              + manifest.manifest().dataset()
              + ". Give one of them another table in "
              + SinkConfig.TABLE_MAP,
          null);
    }
    return shown.generation() > tables.generation()
        || shown.asSeenBy(tables.generation()).manifestOffset() >= manifest.offset();
  }

  private Promotion afterUnknownOutcome(RegisteredManifest manifest, UnknownOutcomeException e) {
    LOG.warn("{}. Waiting for the lock and reading what the table shows", e.getMessage());
    ControlRow control = new ControlRow(tables, manifest.target());
    Optional<ControlRow.Shown> shown =
        parts
            .sessions()
            .transaction(
                "read what " + manifest.target() + " shows",
                List.of(control.table()),
                control::read);
    boolean done =
        shown
            .filter(s -> s.generation() == tables.generation())
            .filter(s -> s.control().manifestOffset() == manifest.offset())
            .isPresent();
    if (done) {
      return Promotion.PROMOTED;
    }
    throw e;
  }
}
