package io.writeback.standin.domo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.FaultPlan;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Control of a running stand-in from a terminal, without a token; not part of Domo.
 *
 * <ul>
 *   <li>{@code GET /__admin/log}: the last requests and how many ran at once
 *   <li>{@code POST /__admin/publish?id=}: the next version of a DataSet
 *   <li>{@code POST /__admin/delete?id=}: deletes a DataSet
 *   <li>{@code POST /__admin/clock?seconds=}: moves the clock forward
 *   <li>{@code POST /__admin/tokens}: lets all access tokens expire
 *   <li>{@code POST /__admin/faults?route=EXPORT&kind=503&skip=0&times=1}: arms a fault; kinds are
 *       429, 500, 502, 503, 504, wrapped403, reset, cut, stall (both with {@code at=} a byte), and
 *       drop ({@code at=} a row, {@code rows=} how many)
 *   <li>{@code DELETE /__admin/faults}: disarms all
 * </ul>
 */
final class AdminEndpoints {
  private static final int SHOWN = 100;

  private final Service service;
  private final FaultPlan<DomoRequest, DomoFault> faults;
  private final RequestLog log;

  AdminEndpoints(Service service, FaultPlan<DomoRequest, DomoFault> faults, RequestLog log) {
    this.service = service;
    this.faults = faults;
    this.log = log;
  }

  void serve(Exchange exchange) throws IOException {
    switch (exchange.request().method() + " " + exchange.request().id()) {
      case "GET log" -> exchange.json(log());
      case "POST publish" ->
          exchange.json(Json.object().put("dataId", dataSet(exchange).publishNext().dataId()));
      case "POST delete" -> {
        dataSet(exchange).delete();
        done(exchange);
      }
      case "POST clock" -> {
        service.clock().advance(Duration.ofSeconds(exchange.number("seconds", 0)));
        exchange.json(Json.object().put("now", service.clock().now().toString()));
      }
      case "POST tokens" -> {
        service.tokens().expireAll();
        done(exchange);
      }
      case "POST faults" -> {
        arm(exchange);
        done(exchange);
      }
      case "DELETE faults" -> {
        faults.clear();
        done(exchange);
      }
      default -> throw DomoError.notFound("admin resource");
    }
  }

  private static void done(Exchange exchange) throws IOException {
    exchange.json(Json.object().put("done", true));
  }

  private DomoDataSet dataSet(Exchange exchange) throws DomoError {
    return service.dataSets().get(exchange.parameter("id", ""));
  }

  /** Paths only: headers hold credentials. */
  private ObjectNode log() {
    List<DomoRequest> requests = log.requests();
    ObjectNode answer =
        Json.object()
            .put("total", log.total())
            .put("peakConcurrency", log.peakConcurrency())
            .put("faultsInjected", faults.fired());
    ArrayNode last = answer.putArray("requests");
    requests.subList(Math.max(0, requests.size() - SHOWN), requests.size()).stream()
        .map(r -> r.at() + " " + r.route() + " " + r.method() + " " + r.path())
        .forEach(last::add);
    return answer;
  }

  private void arm(Exchange exchange) throws DomoError {
    Route route;
    try {
      route = Route.valueOf(exchange.parameter("route", "").toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new DomoError(400, "route must be one of " + List.of(Route.values()));
    }
    faults.arm(
        DomoRequest.on(route),
        (int) exchange.number("skip", 0),
        (int) exchange.number("times", 1),
        fault(exchange));
  }

  private static DomoFault fault(Exchange exchange) throws DomoError {
    long at = exchange.number("at", 1000);
    String kind = exchange.parameter("kind", "");
    return switch (kind) {
      case "429" -> DomoFault.tooManyRequests(1);
      case "500", "502", "503", "504" -> DomoFault.page(Integer.parseInt(kind));
      case "wrapped403" -> DomoFault.wrapped403();
      case "reset" -> DomoFault.reset();
      case "cut" -> DomoFault.cut(at);
      case "stall" -> DomoFault.stall(at);
      case "drop" -> DomoFault.dropRows(at, exchange.number("rows", 1));
      default -> throw new DomoError(400, "unknown kind of fault: " + kind);
    };
  }
}
