package io.writeback.standin.domo;

import io.writeback.standin.Options;
import io.writeback.standin.domo.rows.CsvFileRows;
import io.writeback.standin.domo.rows.NextVersion;
import io.writeback.standin.domo.rows.RandomRows;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The stand-in as a program. */
final class DomoCommand {
  private static final Map<String, String> OPTIONS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("help", "print this"),
              Map.entry("port", "port on loopback; 0, the default, takes any free one"),
              Map.entry("client.id", "OAuth client id, default client"),
              Map.entry("client.secret", "OAuth client secret, default secret"),
              Map.entry("developer.token", "token of the instance endpoints"),
              Map.entry("token.ttl.seconds", "life of an access token, default 3599"),
              Map.entry("tpch.scale", "size of the TPC-H DataSets, default 0.01; 0 for none"),
              Map.entry("tpch.tables", "comma-separated, default lineitem,orders,customer"),
              Map.entry("csv", "comma-separated CSV files, each a DataSet"),
              Map.entry("random.rows", "rows of a DataSet with nasty cells, default none"),
              Map.entry("publish.seconds", "publish a new version of all this often; 0, never"),
              Map.entry("lag.seconds", "how long data stays behind metadata, default 0")));

  private final Options options;

  private DomoCommand(Options options) {
    this.options = options;
  }

  static void start(String[] args) {
    Options.main(args, OPTIONS.keySet(), options -> new DomoCommand(options).run());
  }

  /** Names of all options. */
  static Set<String> options() {
    return OPTIONS.keySet();
  }

  private void run() throws InterruptedException {
    if (options.flag("help")) {
      OPTIONS.forEach((name, meaning) -> System.out.printf("  --%-18s %s%n", name, meaning));
      return;
    }
    // Files are read before the port is taken, so that a bad file leaves nothing running.
    List<DataSetSpec> specs = specs(options);
    try (DomoStandIn domo = DomoStandIn.start(settings(options))) {
      for (DataSetSpec spec : specs) {
        domo.add(spec).lag(Duration.ofSeconds(options.number("lag.seconds", 0)));
      }
      announce(domo);
      long every = options.number("publish.seconds", 0);
      for (int version = 2; ; version++) {
        TimeUnit.SECONDS.sleep(every == 0 ? Integer.MAX_VALUE : every);
        for (DataSetSpec spec : specs) {
          RowSource next = NextVersion.of(spec.rows(), version, spec.keyColumns());
          domo.publish(spec.id(), next, Action.REPLACE);
        }
        System.out.println("published version " + version);
      }
    }
  }

  private static void announce(DomoStandIn domo) {
    System.out.println("Domo stand-in at " + domo.endpoint());
    for (DomoDataSet dataSet : domo.dataSets()) {
      System.out.printf(
          "  %s  %-12s %,d rows%n",
          dataSet.id(), dataSet.name(), dataSet.recorded().rows().rowCount());
    }
  }

  static Settings settings(Options options) {
    Settings defaults = Settings.defaults();
    return defaults
        .withPort((int) options.number("port", 0))
        .withClient(
            options.text("client.id").orElse(defaults.clientId()),
            options.text("client.secret").orElse(defaults.clientSecret()))
        .withDeveloperToken(options.text("developer.token").orElse(defaults.developerToken()))
        .withTokenTtl(
            Duration.ofSeconds(
                options.number("token.ttl.seconds", defaults.tokenTtl().toSeconds())));
  }

  static List<DataSetSpec> specs(Options options) {
    List<DataSetSpec> specs = new ArrayList<>();
    double scale = scale(options.text("tpch.scale").orElse("0.01"));
    if (scale > 0) {
      for (String table : list(options.text("tpch.tables").orElse("lineitem,orders,customer"))) {
        specs.add(
            DataSetSpec.of(table, TpchRows.of(table, scale)).withKeyColumns(TpchRows.keys(table)));
      }
    }
    for (String file : list(options.text("csv").orElse(""))) {
      Path path = Path.of(file);
      String name = path.getFileName().toString().replaceFirst("\\.csv$", "");
      specs.add(DataSetSpec.of(name, CsvFileRows.open(path)));
    }
    long random = options.number("random.rows", 0);
    if (random > 0) {
      specs.add(DataSetSpec.of("random", RandomRows.of(1, random)).withKeyColumns(List.of("id")));
    }
    return specs;
  }

  private static double scale(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--tpch.scale takes a number, not " + text, e);
    }
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(",", -1));
  }
}
