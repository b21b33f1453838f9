package io.writeback.standin.domo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The last requests and how many were served at once. Safe for use by many threads. */
public final class RequestLog {
  private static final int KEPT = 100_000;

  private final Deque<DomoRequest> requests = new ArrayDeque<>();
  private final Map<Route, Integer> current = new EnumMap<>(Route.class);
  private final Map<Route, Integer> peaks = new EnumMap<>(Route.class);
  private int allCurrent;
  private int allPeak;
  private long total;

  synchronized void begin(DomoRequest request) {
    total++;
    requests.add(request);
    if (requests.size() > KEPT) {
      requests.remove();
    }
    peaks.merge(request.route(), current.merge(request.route(), 1, Integer::sum), Math::max);
    allCurrent++;
    allPeak = Math.max(allPeak, allCurrent);
  }

  synchronized void end(DomoRequest request) {
    current.merge(request.route(), -1, Integer::sum);
    allCurrent--;
  }

  /** Requests in the order of their arrival, at most the last 100,000. */
  public synchronized List<DomoRequest> requests() {
    return List.copyOf(requests);
  }

  /** Requests of a route in the order of their arrival. */
  public synchronized List<DomoRequest> requests(Route route) {
    return requests.stream().filter(DomoRequest.on(route)).toList();
  }

  public synchronized long count(Predicate<DomoRequest> which) {
    return requests.stream().filter(which).count();
  }

  /** All requests since the start. */
  public synchronized long total() {
    return total;
  }

  /** Requests being answered now. */
  public synchronized int underWay() {
    return allCurrent;
  }

  /** Requests of a route being answered now. */
  public synchronized int underWay(Route route) {
    return current.getOrDefault(route, 0);
  }

  /** Most requests that were being answered at once. */
  public synchronized int peakConcurrency() {
    return allPeak;
  }

  /** Most requests of one route that were being answered at once. */
  public synchronized int peakConcurrency(Route route) {
    return peaks.getOrDefault(route, 0);
  }

  /** Forgets everything but what is under way. */
  public synchronized void clear() {
    requests.clear();
    peaks.clear();
    peaks.putAll(current);
    allPeak = allCurrent;
    total = 0;
  }
}
