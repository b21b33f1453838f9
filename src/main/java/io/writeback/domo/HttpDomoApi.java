package io.writeback.domo;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.domo.DomoException.Kind;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** Domo's public API over HTTP (developer.domo.com, "DataSet API"). */
final class HttpDomoApi implements DomoApi {
  private final HttpCalls calls;
  private final DomoFaults faults;
  private final DomoTokens tokens;

  HttpDomoApi(HttpSettings settings, InstantSource clock) {
    this.faults = new DomoFaults(clock);
    this.calls = new HttpCalls(settings, faults);
    this.tokens = new DomoTokens(calls, faults, clock);
  }

  @Override
  public List<DatasetInfo> list(Order order, int offset) {
    String call = "GET /v1/datasets";
    String path = "/v1/datasets?sort=" + order.parameter() + "&limit=" + PAGE + "&offset=" + offset;
    return json(call, () -> new HttpGet(path), DomoJson::datasets);
  }

  @Override
  public DatasetInfo dataset(String id) {
    return json(
        "GET /v1/datasets/" + id, () -> new HttpGet("/v1/datasets/" + id), DomoJson::dataset);
  }

  @Override
  public QueryAnswer query(String id, String sql) {
    return json("POST " + queryPath(id), () -> queryPost(id, sql), DomoJson::query);
  }

  @Override
  public QueryRows rows(String id, String sql) {
    String call = "POST " + queryPath(id);
    HttpExchange exchange =
        authorized(
            call, () -> queryPost(id, sql), "application/json", calls.settings().requestMs());
    return new QueryRows(exchange, e -> faults.unreadable(call, e));
  }

  private static String queryPath(String id) {
    return "/v1/datasets/query/execute/" + id;
  }

  private static HttpPost queryPost(String id, String sql) {
    HttpPost post = new HttpPost(queryPath(id));
    post.setEntity(new StringEntity(DomoJson.queryBody(sql), ContentType.APPLICATION_JSON));
    return post;
  }

  /**
   * The export call. {@code disableFormulaInterpretation} is sent because its default is unknown,
   * and {@code true} would put a quote before cells such as {@code -} (domo-java-sdk,
   * DataSetClient; domo-python-sdk issue 58).
   */
  @Override
  public Export export(String id) {
    String path = "/v1/datasets/" + id + "/data";
    String query = "?includeHeader=true&disableFormulaInterpretation=false";
    return authorized(
        "GET " + path, () -> new HttpGet(path + query), "text/csv", calls.settings().downloadMs());
  }

  @Override
  public String identity() {
    return tokens.token().identity();
  }

  @Override
  public void close() {
    calls.close();
  }

  private <T> T json(String call, Supplier<HttpUriRequestBase> request, Reader<T> reader) {
    try (HttpExchange exchange =
        authorized(call, request, "application/json", calls.settings().requestMs())) {
      return reader.read(DomoJson.tree(exchange.text()));
    } catch (IOException e) {
      throw faults.unreadable(call, e);
    }
  }

  /** Sends with a token, and once more with a new one if Domo does not take the first. */
  private HttpExchange authorized(
      String call, Supplier<HttpUriRequestBase> request, String accept, long totalMs) {
    DomoTokens.Token token = tokens.token();
    try {
      return accepted(call, request.get(), token, accept, totalMs);
    } catch (DomoException e) {
      if (e.kind() != Kind.TOKEN && e.kind() != Kind.FORBIDDEN) {
        throw e;
      }
      // A missing or unknown token can show as 403 too, so that one deserves a new token as well.
      tokens.refused(token);
      return accepted(call, request.get(), tokens.token(), accept, totalMs);
    }
  }

  private HttpExchange accepted(
      String call,
      HttpUriRequestBase request,
      DomoTokens.Token token,
      String accept,
      long totalMs) {
    request.setHeader("Authorization", "Bearer " + token.text());
    request.setHeader("Accept", accept);
    HttpExchange exchange = calls.send(call, request, totalMs);
    if (exchange.status() == 200) {
      return exchange;
    }
    try (exchange) {
      throw faults.answer(
          call,
          exchange.status(),
          exchange.header("Content-Type"),
          exchange.header("Retry-After"),
          exchange.text());
    } catch (IOException e) {
      throw faults.unreadable(call, e);
    }
  }

  /** Reads an answer. */
  @FunctionalInterface
  private interface Reader<T> {
    T read(JsonNode json) throws IOException;
  }
}
