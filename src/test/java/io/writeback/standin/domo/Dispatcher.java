package io.writeback.standin.domo;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.http.HttpCall;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Takes a request through log, faults and gate to its endpoint. */
final class Dispatcher {
  private final Service service;
  private final FaultPlan<DomoRequest, DomoFault> faults;
  private final RequestLog log;
  private final FaultyBody.Stalls stalls;
  private final Gate gate;
  private final TokenEndpoint token;
  private final DataSetEndpoints dataSets;
  private final CsvEndpoints csv;
  private final QueryEndpoints queries;
  private final StreamEndpoints streams;
  private final InstanceEndpoints instance;

  Dispatcher(
      Service service,
      FaultPlan<DomoRequest, DomoFault> faults,
      RequestLog log,
      FaultyBody.Stalls stalls) {
    this.service = service;
    this.faults = faults;
    this.log = log;
    this.stalls = stalls;
    this.gate = new Gate(service.settings(), service.tokens());
    this.token = new TokenEndpoint(service.settings(), service.tokens());
    this.dataSets = new DataSetEndpoints(service);
    this.csv = new CsvEndpoints(service);
    this.queries = new QueryEndpoints(service, csv);
    this.streams = new StreamEndpoints(service);
    this.instance = new InstanceEndpoints(service);
  }

  void handle(HttpCall call) throws IOException {
    DomoRequest request = request(call);
    log.begin(request);
    try {
      Exchange exchange = new Exchange(call, request, faults.next(request).orElse(null), stalls);
      if (!answeredByFault(exchange)) {
        serve(exchange);
      }
    } finally {
      log.end(request);
    }
  }

  private DomoRequest request(HttpCall call) throws IOException {
    Route route = Route.of(call.method(), call.path());
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    call.headers().forEach((name, values) -> headers.put(name, values.get(0)));
    return new DomoRequest(
        service.clock().now(),
        route,
        call.method(),
        call.path(),
        route.id(call.path()).orElse(""),
        call.query(),
        headers,
        call.bodyText());
  }

  /** Faults that happen before the endpoint; some of them answer in its place. */
  private boolean answeredByFault(Exchange exchange) throws IOException {
    DomoFault fault = exchange.fault().orElse(null);
    if (fault instanceof DomoFault.Answer answer) {
      exchange.answer(answer.status(), answer.headers(), answer.body());
      return true;
    }
    if (fault instanceof DomoFault.Reset) {
      exchange.reset();
      return true;
    }
    if (fault instanceof DomoFault.Before before) {
      before.action().run();
    } else if (fault instanceof DomoFault.SwitchPolicy change) {
      service.dataSets().get(exchange.request().id()).policy(change.policy());
    } else if (fault instanceof DomoFault.PurgeVersion purge) {
      service.dataSets().get(exchange.request().id()).purge(purge.dataId());
    }
    return false;
  }

  private void serve(Exchange exchange) throws IOException {
    try {
      if (gate.passes(exchange)) {
        route(exchange);
      }
    } catch (DomoError e) {
      exchange.answer(e.status(), Map.of("Content-Type", "application/json"), e.json());
    }
  }

  private void route(Exchange exchange) throws IOException {
    switch (exchange.request().route()) {
      case TOKEN -> token.serve(exchange);
      case LIST -> dataSets.list(exchange);
      case DATASET -> dataSets.get(exchange);
      case EXPORT -> csv.export(exchange);
      case QUERY -> queries.execute(exchange);
      case QUERY_EXPORT -> queries.export(exchange);
      case STREAM_SEARCH -> streams.search(exchange);
      case EXECUTIONS -> streams.executions(exchange);
      case INSTANCE_STREAM -> streams.instanceStream(exchange);
      case VERSIONS -> instance.versions(exchange);
      case VERSION_DATA -> csv.version(exchange);
      case VERSION_DETAILS -> instance.details(exchange);
      case SCHEMA -> instance.schema(exchange);
      case DATASOURCE -> instance.dataSource(exchange);
      case BULK -> instance.bulk(exchange);
      case UNKNOWN -> throw DomoError.notFound("resource");
    }
  }
}
