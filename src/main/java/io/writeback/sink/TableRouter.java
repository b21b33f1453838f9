package io.writeback.sink;

import io.writeback.snapshot.SnapshotHeaders;
import io.writeback.snapshot.SnapshotManifest;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Which table a record or a manifest is for. A row of a snapshot and the manifest of that snapshot
 * get the same answer: both are routed by the topic that the row lies in and by the DataSet,
 * whatever transforms have done. Any other record is routed by the topic that transforms gave it.
 *
 * <p>Used by one thread.
 */
public final class TableRouter {
  private final SinkSettings settings;
  private final boolean byTopicOnly;
  private final Map<String, String> rawByTable = new HashMap<>();
  private final Map<Origin, Target> known = new HashMap<>();

  private record Origin(String topic, Optional<String> id, Optional<String> name) {}

  public TableRouter(SinkSettings settings) {
    this.settings = settings;
    this.byTopicOnly =
        settings.tableMap().isEmpty()
            && !settings.tableFormat().contains("{id}")
            && !settings.tableFormat().contains("{name}");
  }

  /**
   * The table for a record.
   *
   * @throws BadRowException if the template needs a header that the record lacks
   * @throws ConnectException if two names become the same table
   */
  public Target target(SinkRecord record) {
    boolean ofSnapshot =
        settings.writeMode() != WriteMode.UPSERT
            && record.headers().lastWithName(SnapshotHeaders.SNAPSHOT) != null;
    String topic = ofSnapshot ? record.originalTopic() : record.topic();
    if (byTopicOnly) {
      return target(topic, Optional.empty(), Optional.empty());
    }
    return target(
        topic,
        SnapshotHeaders.datasetId(record.headers()),
        SnapshotHeaders.datasetName(record.headers()));
  }

  /** The table for the rows that a manifest completes. */
  public Target target(SnapshotManifest manifest) {
    return target(
        manifest.topic(), Optional.of(manifest.dataset()), Optional.ofNullable(manifest.name()));
  }

  private Target target(String topic, Optional<String> id, Optional<String> name) {
    Origin origin = new Origin(topic, id, name);
    Target target = known.get(origin);
    if (target == null) {
      target = resolve(topic, id, name);
      known.put(origin, target);
    }
    return target;
  }

  private Target resolve(String topic, Optional<String> id, Optional<String> name) {
    Optional<String> mapped =
        Optional.ofNullable(settings.tableMap().get(topic))
            .or(() -> id.map(settings.tableMap()::get));
    if (mapped.isPresent()) {
      return explicit(mapped.get());
    }
    String raw = fill(settings.tableFormat(), topic, id, name);
    String table =
        settings.suffixChangedNames() ? TableName.distinct(raw) : TableName.sanitise(raw);
    return checked(settings.namespace(), table, raw);
  }

  private Target explicit(String mapped) {
    int dot = mapped.indexOf('.');
    return dot < 0
        ? checked(settings.namespace(), mapped, mapped)
        : checked(mapped.substring(0, dot), mapped.substring(dot + 1), mapped.substring(dot + 1));
  }

  private Target checked(String namespace, String table, String raw) {
    // Redshift folds case, so names that differ only in case are one table.
    String key = namespace + '.' + table.toLowerCase(Locale.ROOT);
    String earlier = rawByTable.putIfAbsent(key, raw);
    if (earlier != null && !earlier.equals(raw)) {
      throw new ConnectException(
          String.format(
              "'%s' and '%s' would both be written to table %s.%s. Give one of them another name in"
                  + " %s, or set %s=suffix.",
              earlier,
              raw,
              namespace,
              table,
              SinkConfig.TABLE_MAP,
              SinkConfig.TABLE_NAME_COLLISION));
    }
    return new Target(namespace, table);
  }

  private static String fill(
      String format, String topic, Optional<String> id, Optional<String> name) {
    String filled = format.replace("{topic}", topic);
    filled = fillOne(filled, "{id}", id, SnapshotHeaders.DATASET);
    return fillOne(filled, "{name}", name, SnapshotHeaders.NAME);
  }

  private static String fillOne(
      String format, String field, Optional<String> value, String header) {
    if (!format.contains(field)) {
      return format;
    }
    return format.replace(
        field,
        value.orElseThrow(
            () ->
                new BadRowException(
                    String.format(
                        "%s contains %s, but the record has no header %s",
                        SinkConfig.TABLE_NAME_FORMAT, field, header))));
  }
}
