package io.writeback.real;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One question to a real service, whose answer a guarantee rests on.
 *
 * @param name service and point, such as {@code s3.write-once}
 * @param needs keys without which there is nothing to ask
 * @param limit after which it is given up
 */
public record Probe(String name, List<String> needs, Duration limit, Trial trial) {
  private static final Duration MINUTES = Duration.ofMinutes(5);

  public Probe {
    needs = List.copyOf(needs);
  }

  /** A question that is answered within minutes. */
  public static Probe of(String name, List<String> needs, Trial trial) {
    return new Probe(name, needs, MINUTES, trial);
  }

  /** How it is asked. */
  @FunctionalInterface
  public interface Trial {
    /**
     * Asks.
     *
     * @param services settings, by the keys of the connectors
     * @param leftovers what has to be undone afterwards
     * @return what was seen, for the reader; the point holds
     * @throws BrokenException if the service does otherwise
     * @throws SkippedException if it cannot be asked here
     * @throws Exception anything else leaves it open
     */
    String run(Map<String, String> services, Leftovers leftovers) throws Exception;
  }
}
