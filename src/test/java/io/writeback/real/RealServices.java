package io.writeback.real;

import io.writeback.bigquery.BigQueryProbes;
import io.writeback.domo.DomoProbes;
import io.writeback.redshift.RedshiftProbes;
import io.writeback.standin.Options;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * {@code mvn -Preal -Dreal.config=services.properties}: asks real services what only they can
 * answer, and prints one line per point. Exit code 1 if one is broken, or could not be asked.
 */
public final class RealServices {
  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private RealServices() {}

  public static void main(String[] args) {
    int code = 1;
    // What they tell is in the findings.
    Configurator.setLevel("io.writeback", Level.OFF);
    GRPC.setLevel(java.util.logging.Level.OFF);
    try {
      code = run(List.of(args), System.out) ? 0 : 1;
    } catch (IllegalArgumentException e) {
      System.err.println("error: " + e.getMessage());
    } catch (Exception e) {
      System.err.println("error: " + e);
    }
    System.exit(code);
  }

  static List<Probe> all() {
    return Stream.of(BigQueryProbes.all(), RedshiftProbes.all(), DomoProbes.all())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Runs probes.
   *
   * @param args {@code --config=FILE}, and {@code --only=} with the beginnings of names
   * @return whether nobody has to look at anything
   */
  static boolean run(List<String> args, PrintStream out) throws IOException, InterruptedException {
    Options options = Options.parse(args, Set.of("config", "only"));
    Path file =
        Path.of(
            options
                .text("config")
                .orElseThrow(
                    () -> new IllegalArgumentException("-Dreal.config=FILE says where they are")));
    List<Probe> chosen = chosen(options.text("only").orElse(""));
    ServicesFile services = ServicesFile.read(file);
    ProbeRun run = new ProbeRun(services.settings(), services::hide);
    Thread atEnd = new Thread(run::abandon, "leftovers");
    Runtime.getRuntime().addShutdownHook(atEnd);
    try {
      boolean quiet = true;
      for (Probe probe : chosen) {
        Finding finding = run.run(probe);
        out.println(finding.line());
        quiet &= !finding.alarms();
      }
      return quiet;
    } finally {
      Runtime.getRuntime().removeShutdownHook(atEnd);
    }
  }

  /** The probe of that name, or all whose names begin so. */
  private static List<Probe> named(String beginning) {
    return all().stream()
        .filter(probe -> probe.name().equals(beginning))
        .findFirst()
        .map(List::of)
        .orElseGet(
            () -> all().stream().filter(probe -> probe.name().startsWith(beginning)).toList());
  }

  private static List<Probe> chosen(String only) {
    List<Probe> chosen = new ArrayList<>();
    for (String beginning : only.split(",", -1)) {
      List<Probe> these = named(beginning.strip());
      if (these.isEmpty()) {
        throw new IllegalArgumentException(
            "-Dreal.only: no probe begins with "
                + beginning
                + ", there are "
                + String.join(", ", all().stream().map(Probe::name).toList()));
      }
      these.stream().filter(probe -> !chosen.contains(probe)).forEach(chosen::add);
    }
    return chosen;
  }
}
