package io.writeback.sink;

import io.writeback.snapshot.SnapshotManifest;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which topics this sink reads, by its configuration alone. Pure. */
final class TopicSelection {
  private final Set<String> names;
  private final Optional<Pattern> pattern;
  private final boolean mirrored;

  TopicSelection(SinkSettings settings) {
    names = settings.topicNames();
    pattern = settings.topicPattern().map(Pattern::compile);
    mirrored = settings.snapshots().rangesIgnored();
  }

  boolean reads(String topic) {
    return names.contains(topic) || pattern.filter(p -> p.matcher(topic).matches()).isPresent();
  }

  /**
   * Whether rows of the manifest come this way. A mirrored topic has a prefix that the manifest
   * does not know.
   */
  boolean mayFeed(SnapshotManifest manifest) {
    if (reads(manifest.topic())) {
      return true;
    }
    return mirrored
        && (pattern.isPresent()
            || names.stream().anyMatch(name -> name.endsWith("." + manifest.topic())));
  }
}
