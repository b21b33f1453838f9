package io.writeback.bench;

import io.writeback.bigquery.BigQueryEndToEnd;
import io.writeback.domo.DomoEndToEnd;
import io.writeback.domo.DomoSmallHeap;
import io.writeback.it.SinkSmallHeap;
import io.writeback.redshift.RedshiftEndToEnd;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the JMH benchmarks and prints one line each, as a ratio of the benchmark named {@code
 * baseline} of the same class, measured in the same run.
 */
public final class Benchmarks {
  private static final String BASELINE = "baseline";

  private Benchmarks() {}

  /**
   * Argument: a regular expression over the names of JMH benchmarks, all of them if there is none;
   * or one of the runs of their own named here.
   */
  public static void main(String[] args) throws Exception {
    switch (args.length > 0 ? args[0] : "") {
      case "BigQueryEndToEnd" -> BigQueryEndToEnd.main(args);
      case "BigQuerySmallHeap" -> SinkSmallHeap.bigQuery();
      case "DomoEndToEnd" -> DomoEndToEnd.main(args);
      case "DomoSmallHeap" -> DomoSmallHeap.main(args);
      case "RedshiftEndToEnd" -> RedshiftEndToEnd.main(args);
      case "RedshiftSmallHeap" -> SinkSmallHeap.redshift();
      default -> jmh(args);
    }
  }

  private static void jmh(String[] args) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(
                args.length > 0 && !args[0].isEmpty()
                    ? args[0]
                    : "io\\.writeback\\..*Benchmark\\..*")
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(2))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(2))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    lines(new Runner(options).run()).forEach(System.out::println);
  }

  private static List<String> lines(Collection<RunResult> results) {
    Map<String, Map<String, Double>> byClass = new LinkedHashMap<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark();
      int dot = name.lastIndexOf('.');
      byClass
          .computeIfAbsent(
              name.substring(name.lastIndexOf('.', dot - 1) + 1, dot), k -> new LinkedHashMap<>())
          .put(name.substring(dot + 1), result.getPrimaryResult().getScore());
    }
    List<String> lines = new ArrayList<>();
    byClass.forEach(
        (owner, scores) -> {
          double baseline =
              Objects.requireNonNull(scores.get(BASELINE), owner + " has no baseline");
          scores.forEach(
              (name, score) ->
                  lines.add(
                      String.format(
                          Locale.ROOT,
                          "bench  %s.%s  %,.0f rows/s  ratio %.2f of %s.%s",
                          owner,
                          name,
                          score,
                          score / baseline,
                          owner,
                          BASELINE)));
        });
    return lines;
  }
}
