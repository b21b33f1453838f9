package io.writeback.redshift;

import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SnapshotStore;
import io.writeback.sink.Target;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** What Redshift knows of snapshots. */
final class RedshiftSnapshots implements SnapshotStore {
  private final RedshiftParts parts;
  private final ControlTables tables;
  private final Sessions sessions;
  private final TargetTables targets;
  private final ManifestTable manifests;
  private final Promotions promotions;
  private final Cleaning cleaning;

  RedshiftSnapshots(RedshiftParts parts) {
    this.parts = parts;
    this.tables = parts.tables();
    this.sessions = parts.sessions();
    this.targets = parts.targets();
    this.manifests = new ManifestTable(tables);
    this.promotions = new Promotions(parts, parts.showing());
    this.cleaning = new Cleaning(parts);
  }

  @Override
  public List<Undecided> undecided() {
    targets.make(List.of(tables.createManifests()));
    return sessions.call("read registered manifests", manifests::undecided);
  }

  @Override
  public Staged staged(RegisteredManifest manifest) {
    targets.make(
        List.of(
            tables.createStaged(manifest.target()),
            tables.createProgress(manifest.manifest().topic())));
    return sessions.call(
        "read what is staged for " + manifest.target(),
        session -> {
          // Positions first: rows that a later position accounts for are then seen below.
          Map<TopicPartition, Long> positions = new HashMap<>();
          positions(session, manifest.manifest().topic(), positions);
          List<StagedTable.Entry> entries =
              StagedTable.of(tables, manifest.target())
                  .read(session, manifest.manifest().snapshot());
          Set<String> others = new HashSet<>();
          entries.forEach(entry -> others.add(entry.partition().topic()));
          others.remove(manifest.manifest().topic());
          for (String topic : others) {
            positions(session, topic, positions);
          }
          return StagedTable.totals(entries, manifest.manifest(), positions);
        });
  }

  private void positions(Session session, String topic, Map<TopicPartition, Long> all)
      throws SQLException {
    new ProgressTable(tables, topic)
        .positions(session)
        .forEach((part, next) -> all.put(new TopicPartition(topic, part), next));
  }

  @Override
  public Optional<Control> control(Target target) {
    targets.make(List.of(tables.createControl(target)));
    return sessions.call(
        "read what " + target + " shows",
        session ->
            new ControlRow(tables, target)
                .read(session)
                .map(shown -> shown.asSeenBy(tables.generation())));
  }

  @Override
  public Promotion promote(RegisteredManifest manifest, Staged expected) {
    return promotions.promote(manifest, expected);
  }

  @Override
  public void decide(RegisteredManifest manifest, Decision decision) {
    targets.make(
        List.of(
            tables.createManifests(),
            tables.createReconciliation(),
            tables.createControl(manifest.target())));
    String snapshot = manifest.manifest().snapshot();
    sessions.transaction(
        "record a decision on a snapshot of " + manifest.target(),
        List.of(manifests.table()),
        session -> {
          Optional<ManifestTable.Standing> before = manifests.verdict(session, snapshot);
          boolean same =
              before
                  .filter(
                      b ->
                          b.isFinal()
                              || (b.verdict().equals(decision.verdict().name())
                                  && b.reason().equals(ManifestTable.reason(decision))))
                  .isPresent();
          if (!same) {
            Optional<ControlRow.Shown> shown = shown(session, manifest, decision);
            Decision counted = shown.map(s -> withRefused(decision, s)).orElse(decision);
            manifests.decide(session, snapshot, counted);
            new Reconciliation(tables).insert(session, manifest, shownIn(manifest, shown), counted);
          }
          return null;
        });
  }

  /** What the target shows, if that is this snapshot. */
  private Optional<ControlRow.Shown> shown(
      Session session, RegisteredManifest manifest, Decision decision) throws SQLException {
    return decision.verdict() != Decision.Kind.PROMOTED
        ? Optional.empty()
        : new ControlRow(tables, manifest.target())
            .read(session)
            .filter(s -> s.control().snapshot().equals(manifest.manifest().snapshot()));
  }

  /** Rows that are staged and not shown are those that COPY refused. */
  private static Decision withRefused(Decision decision, ControlRow.Shown shown) {
    long refused = decision.staged() - shown.control().rows();
    return refused <= 0
        ? decision
        : new Decision(
            decision.verdict(),
            refused + " rows are left out, because they do not fit the table",
            shown.control().rows(),
            decision.rejected() + refused,
            decision.missing());
  }

  /** In mode create a snapshot has a table of its own, which nothing but its number names. */
  private Target shownIn(RegisteredManifest manifest, Optional<ControlRow.Shown> shown) {
    return parts.showing() instanceof ShowInNewTable create
        ? shown.map(s -> create.named(manifest.target(), s.counter())).orElse(manifest.target())
        : manifest.target();
  }

  @Override
  public void clean() {
    cleaning.run();
  }
}
