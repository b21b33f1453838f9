package io.writeback.redshift;

import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that nobody will ever load: written under an older epoch, and registered nowhere. An old
 * epoch alone does not make an orphan, because what an earlier owner has staged for a snapshot is
 * still needed; and only after our claim is committed can no older owner register anything more.
 */
final class Orphans {
  private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);

  /** Longer than any COPY takes. */
  private static final long MANIFEST_MS = 86_400_000L;

  private final S3Stage stage;
  private final ObjectKeys keys;
  private final StagedTables staged;

  Orphans(S3Stage stage, ObjectKeys keys, StagedTables staged) {
    this.stage = stage;
    this.keys = keys;
    this.staged = staged;
  }

  /** Deletes those of the claimed partition, and what a crash has left of COPY manifests. */
  void delete(RedshiftClaim claim) {
    List<String> manifests = stage.listOlder(keys.manifests(), MANIFEST_MS);
    if (!manifests.isEmpty()) {
      stage.delete(manifests);
      LOG.info("Deleted {} old COPY manifests", manifests.size());
    }
    String prefix = keys.partition(claim.partition().topic(), claim.partition().partition());
    List<String> old =
        stage.list(prefix).stream()
            .filter(key -> keys.epoch(key, prefix).orElse(Long.MAX_VALUE) < claim.epoch())
            .toList();
    if (old.isEmpty()) {
      return;
    }
    Set<String> registered = staged.registered(claim.partition());
    List<String> orphans = old.stream().filter(key -> !registered.contains(key)).toList();
    if (orphans.isEmpty()) {
      return;
    }
    stage.delete(orphans);
    LOG.info("Deleted {} orphaned objects of {}", orphans.size(), claim.partition());
  }
}
