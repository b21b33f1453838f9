package io.writeback.domo;

import static io.writeback.domo.FaultCase.harmless;
import static io.writeback.domo.FaultCase.held;
import static io.writeback.domo.FaultCase.paused;
import static io.writeback.domo.FaultCase.retried;

import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What Domo does wrong between a request and the end of its answer. */
final class TransferFaults {
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
  private static final Map<String, String> CSV = Map.of("Content-Type", "text/csv");
  private static final List<Route> DATA_CALLS = List.of(Route.DATASET, Route.QUERY, Route.EXPORT);

  private TransferFaults() {}

  static List<FaultCase> all() {
    return Stream.of(answers(), outages(), transfers()).flatMap(List::stream).toList();
  }

  /** Each bad answer, once, to each call that a version takes. */
  private static List<FaultCase> answers() {
    List<FaultCase> cases = new ArrayList<>();
    for (Route route : List.of(Route.TOKEN, Route.DATASET, Route.QUERY, Route.EXPORT)) {
      String to = " to " + route;
      cases.add(retried("429" + to, "429", s -> s.once(route, DomoFault.tooManyRequests(null))));
      for (int status : new int[] {500, 502, 503, 504}) {
        cases.add(
            retried(
                status + " with a page" + to,
                "" + status,
                s -> s.once(route, DomoFault.page(status))));
      }
      cases.add(
          retried(
              "200 with a page" + to,
              route == Route.EXPORT ? "header line is not the schema" : "could not be read",
              s -> s.once(route, DomoFault.page(200))));
      cases.add(
          retried(
              "200 with nothing" + to,
              route == Route.EXPORT ? "rows were lost" : "could not be read",
              s ->
                  s.once(
                      route, new DomoFault.Answer(200, route == Route.EXPORT ? CSV : JSON, ""))));
      cases.add(retried("connection reset" + to, "failed", s -> s.once(route, DomoFault.reset())));
    }
    for (Route route : DATA_CALLS) {
      cases.add(
          harmless("401 to " + route, s -> s.once(route, new DomoFault.Answer(401, JSON, "{}"))));
      cases.add(
          harmless(
              "400 around a 403, once, to " + route, s -> s.once(route, DomoFault.wrapped403())));
    }
    return cases;
  }

  /** The same answers as long as somebody does something about them. */
  private static List<FaultCase> outages() {
    List<FaultCase> cases = new ArrayList<>();
    for (Route route : DATA_CALLS) {
      String to = ", lasting, to " + route;
      cases.add(held("503" + to, "503", s -> s.always(route, DomoFault.page(503))));
      cases.add(held("reset" + to, "failed", s -> s.always(route, DomoFault.reset())));
      cases.add(
          held(
              "400 around a 403" + to,
              "give the user of domo.client.id access",
              s -> s.always(route, DomoFault.wrapped403())));
      cases.add(
          held(
              "404" + to,
              "no such DataSet, or the user of domo.client.id cannot see it",
              s -> s.always(route, new DomoFault.Answer(404, JSON, "{\"status\":404}"))));
    }
    cases.add(
        paused(
            "refused credentials",
            "check domo.client.id and domo.client.secret",
            s -> s.always(Route.TOKEN, new DomoFault.Answer(401, JSON, "{}"))));
    return cases;
  }

  /** Bodies that do not come, come slowly, or end early. Every cut is in ExportFramingTest. */
  private static List<FaultCase> transfers() {
    return List.of(
        retried(
            "reset in mid-body", "failed", s -> s.once(Route.EXPORT, new DomoFault.Cut(300, true))),
        retried(
            "stall in mid-body", "took too long", s -> s.once(Route.EXPORT, DomoFault.stall(300))),
        retried(
            "stall before the body",
            "took too long",
            s -> s.once(Route.EXPORT, DomoFault.stall(0))),
        retried(
            "drip that would take hours",
            "took too long",
            s ->
                s.with("domo.download.timeout.ms", "500")
                    .once(Route.EXPORT, new DomoFault.Drip(1, Duration.ofMillis(60)))),
        harmless(
            "slow drip", s -> s.once(Route.EXPORT, new DomoFault.Drip(100, Duration.ofMillis(5)))),
        harmless(
            "token expired before the export, shown as a 406 page",
            s -> s.once(Route.EXPORT, new DomoFault.Before(s.domo::expireTokens))),
        harmless(
            "token expired in mid-body", s -> s.once(Route.EXPORT, new DomoFault.ExpireTokens(5))));
  }
}
