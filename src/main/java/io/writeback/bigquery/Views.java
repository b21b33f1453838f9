package io.writeback.bigquery;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.ViewDefinition;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps views as they are configured. One that this delivery has made bears its label; anything
 * else of that name is left alone. A view whose tables are not there yet is made later: views never
 * delay rows. Safe for use by many threads.
 */
final class Views {
  /** On every view that a delivery has made: which one. */
  static final String LABEL = "writeback-view";

  private static final Logger LOG = LoggerFactory.getLogger(Views.class);
  private static final long AGAIN_MS = 60_000;
  private static final Pattern TABLE =
      Pattern.compile("\\{table:(?:([A-Za-z0-9_]+)\\.)?([^{}.`]+)}");

  private final BigQueryRest rest;
  private final BigQuerySql sql;
  private final List<SqlKeys.View> views;
  private final String dataset;
  private final String label;
  private final InstantSource clock;
  private boolean kept;
  private long nextMs = Long.MIN_VALUE;

  Views(
      BigQueryRest rest,
      BigQuerySql sql,
      List<SqlKeys.View> views,
      String dataset,
      String deliveryId,
      InstantSource clock) {
    this.rest = rest;
    this.sql = sql;
    this.views = List.copyOf(views);
    this.dataset = dataset;
    this.label = ChainIds.hash(deliveryId);
    this.clock = clock;
  }

  /** Makes and changes views; what could not be done is tried again after a minute. */
  synchronized void keep() {
    if (kept || clock.millis() < nextMs) {
      return;
    }
    boolean all = true;
    for (SqlKeys.View view : views) {
      all &= keep(view);
    }
    kept = all;
    nextMs = clock.millis() + AGAIN_MS;
  }

  private boolean keep(SqlKeys.View view) {
    Target target = target(dataset, view);
    try {
      Optional<Table> there = rest.findTable(target);
      if (there.isEmpty()) {
        Table made = wanted(view).setLabels(Map.of(LABEL, label));
        if (rest.insertTable(target, made) == BigQueryRest.Creation.EXISTS) {
          return false;
        }
        LOG.info("Created view {}", target);
        return true;
      }
      return change(view, target, there.get());
    } catch (FaultException e) {
      LOG.warn("View {} is left as it is for now: {}", target, e.getMessage());
      return false;
    }
  }

  private boolean change(SqlKeys.View view, Target target, Table there) {
    if (there.getView() == null
        || there.getLabels() == null
        || !label.equals(there.getLabels().get(LABEL))) {
      LOG.warn(
          "{} was not made by this connector and is left alone: give the view of {} another name",
          target,
          SqlKeys.sqlOf(view.name()));
      return true;
    }
    Table wanted = wanted(view);
    boolean same =
        wanted.getView().getQuery().equals(there.getView().getQuery())
            && view.description().map(d -> d.equals(there.getDescription())).orElse(true);
    if (same) {
      return true;
    }
    boolean changed = rest.patchTable(target, wanted, there.getEtag());
    if (changed) {
      LOG.info("Changed view {}", target);
    }
    return changed;
  }

  private Table wanted(SqlKeys.View view) {
    return new Table()
        .setView(
            new ViewDefinition().setQuery(query(sql, dataset, view.query())).setUseLegacySql(false))
        .setDescription(view.description().orElse(null));
  }

  static Target target(String dataset, SqlKeys.View view) {
    int dot = view.name().indexOf('.');
    return dot < 0
        ? new Target(dataset, view.name())
        : new Target(view.name().substring(0, dot), view.name().substring(dot + 1));
  }

  /** A text with the names of tables in it quoted. */
  static String query(BigQuerySql sql, String dataset, String text) {
    Matcher matcher = TABLE.matcher(text);
    return matcher.replaceAll(
        found ->
            Matcher.quoteReplacement(
                sql.table(
                    new Target(
                        found.group(1) == null ? dataset : found.group(1), found.group(2)))));
  }
}
