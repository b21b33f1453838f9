package io.writeback.bigquery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.services.bigquery.model.Job;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * R(k): the job that fixes the range number k of a partition, for all tables at once.
 *
 * @param k its number, dense from 0
 * @param start first offset of the range; the position after R(k-1)
 * @param end offset after the last
 * @param rows rows over all tables
 * @param nonce who submitted it; two submissions never share one
 * @param hanging rows by table whose loads hang on this register; empty if it is a load itself, or
 *     if the range has no rows
 * @param ended whether it only ends the chain: a new generation began, or streams take over
 * @param routing fingerprint of what decides which table a record goes to; empty if it has no rows
 */
record Register(
    long k,
    long start,
    long end,
    long rows,
    String nonce,
    Map<Target, Long> hanging,
    boolean ended,
    String routing) {
  static final String START = "s";
  static final String END = "e";
  static final String ROWS = "rows";
  static final String NONCE = "nonce";
  static final String ENDED = "ended";
  static final String ROUTING = "routing";

  private static final ObjectMapper JSON = new ObjectMapper();

  Register {
    hanging = Map.copyOf(hanging);
  }

  /** A register that moves rows to no table. */
  static Register empty(long k, long start, long end, String nonce, boolean ended) {
    return new Register(k, start, end, 0, nonce, Map.of(), ended, "");
  }

  /** Labels of the job: lower-case letters, digits, - and _, at most 63 characters. */
  Map<String, String> labels() {
    Map<String, String> labels = new TreeMap<>();
    labels.put(START, Long.toString(start));
    labels.put(END, Long.toString(end));
    labels.put(ROWS, Long.toString(rows));
    labels.put(NONCE, nonce);
    if (ended) {
      labels.put(ENDED, "true");
    }
    if (!routing.isEmpty()) {
      labels.put(ROUTING, routing);
    }
    return labels;
  }

  /** The query of a register that is no load: it costs nothing and lists what hangs on it. */
  String query() {
    Map<String, Long> byName = new TreeMap<>();
    hanging.forEach((table, count) -> byName.put(table.toString(), count));
    try {
      return BigQuerySql.register(JSON.writeValueAsString(byName));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a register back.
   *
   * @param job the full job
   * @throws FaultException FATAL if the job is none of ours
   */
  static Register of(long k, Job job) {
    Map<String, String> labels =
        Optional.ofNullable(job.getConfiguration().getLabels()).orElse(Map.of());
    try {
      return new Register(
          k,
          Long.parseLong(labels.get(START)),
          Long.parseLong(labels.get(END)),
          Long.parseLong(labels.get(ROWS)),
          labels.getOrDefault(NONCE, ""),
          hanging(job),
          labels.containsKey(ENDED),
          labels.getOrDefault(ROUTING, ""));
    } catch (NumberFormatException e) {
      throw FaultException.fatal(
          "job "
              + job.getJobReference().getJobId()
              + " has the id of a register but not its labels (s, e, rows): somebody else made it."
              + " Set another delivery.id",
          e);
    }
  }

  private static Map<Target, Long> hanging(Job job) {
    if (job.getConfiguration().getQuery() == null) {
      return Map.of();
    }
    String text = job.getConfiguration().getQuery().getQuery();
    int from = text.indexOf('{');
    int to = text.lastIndexOf('}');
    if (from < 0 || to < from) {
      return Map.of();
    }
    try {
      Map<Target, Long> tables = new TreeMap<>();
      JSON.readValue(text.substring(from, to + 1), new TypeReference<Map<String, Long>>() {})
          .forEach((name, rows) -> tables.put(target(name), rows));
      return tables;
    } catch (JsonProcessingException e) {
      throw FaultException.fatal(
          "register "
              + job.getJobReference().getJobId()
              + " lists its tables in a form that this version does not know: upgrade the plugin",
          e);
    }
  }

  private static Target target(String name) {
    int dot = name.indexOf('.');
    return new Target(name.substring(0, dot), name.substring(dot + 1));
  }
}
