package io.writeback.standin.domo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.writeback.standin.domo.rows.Column;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** {@code GET /v1/datasets} and {@code /v1/datasets/{id}} (developer portal, DataSet API). */
final class DataSetEndpoints {
  private static final int PAGE = 50;

  private final Service service;

  DataSetEndpoints(Service service) {
    this.service = service;
  }

  /** A list; a limit over 50 is cut to 50 without a word. */
  void list(Exchange exchange) throws IOException {
    long limit = Math.min(PAGE, exchange.number("limit", PAGE));
    long offset = exchange.number("offset", 0);
    String like = exchange.parameter("nameLike", "").toLowerCase(Locale.ROOT);
    ArrayNode list = Json.array();
    service.dataSets().existing().stream()
        .filter(d -> d.name().toLowerCase(Locale.ROOT).contains(like))
        .sorted(order(exchange.parameter("sort", "name")))
        .skip(offset)
        .limit(limit)
        .forEach(d -> list.add(core(d)));
    exchange.json(list);
  }

  private static Comparator<DomoDataSet> order(String sort) throws DomoError {
    Comparator<DomoDataSet> byName =
        Comparator.comparing(DomoDataSet::name).thenComparing(DomoDataSet::id);
    Comparator<DomoDataSet> byTouch = Comparator.comparing(DomoDataSet::updatedAt);
    Comparator<DomoDataSet> byCreation = Comparator.comparing(DomoDataSet::createdAt);
    Comparator<DomoDataSet> order =
        switch (sort) {
          // Cards and errors are not modelled: every DataSet has none.
          case "name", "cardCount", "cardCountAscending", "errorState", "errorStateAscending" ->
              byName;
          case "nameDescending" -> byName.reversed();
          case "lastTouched", "lastUpdated" -> byTouch.reversed();
          case "lastTouchedAscending", "lastUpdatedAscending" -> byTouch;
          case "createdAt" -> byCreation.reversed();
          case "createdAtAscending" -> byCreation;
          case "dataSourceId" -> Comparator.comparing(DomoDataSet::id);
          default -> throw new DomoError(400, "Invalid sort: " + sort);
        };
    return order.thenComparing(byName);
  }

  void get(Exchange exchange) throws IOException {
    String id = exchange.request().id();
    DomoDataSet dataSet =
        service.dataSets().find(id).orElseThrow(() -> DomoError.notFound("DataSet " + id));
    if (dataSet.isDeleted()) {
      exchange.json(Json.object().put("id", id).put("deleted", true));
      return;
    }
    ObjectNode answer = core(dataSet);
    answer.put("dataCurrentAt", dataSet.recorded().recordedAt().toString());
    schema(answer, dataSet, exchange);
    answer.putObject("owner").put("id", 1027954122L).put("name", "Stand In");
    answer.put("pdpEnabled", dataSet.policy().isPresent());
    policies(answer.putArray("policies"), dataSet);
    exchange.json(answer);
  }

  private static ObjectNode core(DomoDataSet dataSet) {
    DataVersion recorded = dataSet.recorded();
    return Json.object()
        .put("id", dataSet.id())
        .put("name", dataSet.name())
        .put("description", dataSet.description())
        .put("rows", dataSet.contentAt(recorded).rowCount())
        .put("columns", recorded.rows().columns().size())
        .put("createdAt", dataSet.createdAt().toString())
        .put("updatedAt", dataSet.updatedAt().toString());
  }

  private static void schema(ObjectNode answer, DomoDataSet dataSet, Exchange exchange) {
    switch (dataSet.schemaShown()) {
      case PRESENT ->
          columns(
              answer.putObject("schema").putArray("columns"),
              Service.told(dataSet.recorded().rows().columns(), exchange));
      case EMPTY -> answer.putObject("schema").putArray("columns");
      case ABSENT -> {}
    }
  }

  static void columns(ArrayNode into, List<Column> columns) {
    columns.forEach(c -> into.addObject().put("type", c.type().name()).put("name", c.name()));
  }

  private static void policies(ArrayNode into, DomoDataSet dataSet) {
    ObjectNode open = into.addObject().put("id", 17).put("type", "open").put("name", "All Rows");
    List.of("filters", "users", "virtualUsers", "groups").forEach(open::putArray);
    dataSet
        .policy()
        .ifPresent(
            p -> {
              ObjectNode node =
                  into.addObject().put("id", 18).put("type", "user").put("name", p.name());
              ObjectNode filter =
                  node.putArray("filters").addObject().put("column", p.column()).put("not", false);
              p.values().stream().sorted().forEach(filter.putArray("values")::add);
              filter.put("operator", "EQUALS");
              List.of("users", "virtualUsers", "groups").forEach(node::putArray);
            });
  }
}
