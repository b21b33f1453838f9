package io.writeback.standin.domo;

import static io.writeback.standin.domo.DomoRequest.on;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.RandomRows;
import io.writeback.standin.domo.rows.TpchRows;
import io.writeback.standin.http.HttpCall.Framing;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class FaultsTest {
  private final DomoStandIn domo = DomoStandIn.start(Settings.defaults());
  private final DomoDataSet dataSet =
      domo.add(DataSetSpec.of("customer", TpchRows.of("customer", 0.01)));
  private DomoClient client;
  private String whole;

  @BeforeEach
  void readItOnce() throws IOException {
    client = DomoClient.loggedIn(domo);
    whole = client.csv(dataSet.id(), "").text();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    domo.close();
  }

  private void arm(Route route, DomoFault fault) {
    domo.faults().once(on(route, dataSet.id()), fault);
  }

  private DomoClient.Answer metadata() throws IOException {
    return client.get("/v1/datasets/" + dataSet.id());
  }

  private List<String> lines() throws IOException {
    return client.csv(dataSet.id(), "").text().lines().toList();
  }

  @Test
  void aFaultHitsItsRouteItsCallAndNothingElse() throws Exception {
    domo.faults().arm(on(Route.DATASET), 1, 2, DomoFault.page(503));
    assertEquals(200, metadata().status());
    assertEquals(503, metadata().status());
    assertEquals(200, client.get("/v1/datasets").status());
    assertEquals(503, metadata().status());
    assertEquals(200, metadata().status());
    assertEquals(2, domo.faults().fired());
  }

  @Test
  void tooManyRequestsComesWithAndWithoutAHint() throws Exception {
    arm(Route.DATASET, DomoFault.tooManyRequests(7));
    arm(Route.DATASET, DomoFault.tooManyRequests(null));
    DomoClient.Answer first = metadata();
    assertEquals(429, first.status());
    assertEquals("7", first.header("Retry-After"));
    assertEquals("", metadata().header("Retry-After"));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void serverErrorsArePages(int status) throws Exception {
    arm(Route.EXPORT, DomoFault.page(status));
    DomoClient.Answer answer = client.csv(dataSet.id(), "");
    assertEquals(status, answer.status());
    assertTrue(answer.header("Content-Type").startsWith("text/html"));
  }

  @Test
  void aRefusedPermissionMayComeAsABadRequest() throws Exception {
    arm(Route.DATASET, DomoFault.wrapped403());
    DomoClient.Answer answer = metadata();
    assertEquals(400, answer.status());
    assertEquals(
        "Infrastructure problem (403): Access is denied", answer.json().get("message").textValue());
  }

  @Test
  void tokensCanBeRefusedToo() throws Exception {
    domo.faults().once(on(Route.TOKEN), DomoFault.page(502));
    assertEquals(502, client.token("grant_type=client_credentials").status());
    assertEquals(200, client.token("grant_type=client_credentials").status());
  }

  @Test
  void aResetIsAnError() {
    arm(Route.DATASET, DomoFault.reset());
    assertThrows(IOException.class, this::metadata);
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void aCutIsAnErrorUnlessTheConnectionEndsTheBody(Framing framing) throws Exception {
    dataSet.dialect(CsvDialect.documented().withFraming(framing));
    arm(Route.EXPORT, DomoFault.cut(1000));
    if (framing == Framing.CLOSE) {
      assertEquals(whole.substring(0, 1000), client.csv(dataSet.id(), "").text());
    } else {
      assertThrows(IOException.class, () -> client.csv(dataSet.id(), ""));
    }
    assertEquals(whole, client.csv(dataSet.id(), "").text());
  }

  @Test
  void aCutByResetIsAnErrorInEachFraming() {
    for (Framing framing : Framing.values()) {
      dataSet.dialect(CsvDialect.documented().withFraming(framing));
      arm(Route.EXPORT, new DomoFault.Cut(1000, true));
      assertThrows(IOException.class, () -> client.csv(dataSet.id(), ""));
    }
  }

  @Test
  void gzipShowsACutThatTheFramingHides() throws Exception {
    dataSet.dialect(CsvDialect.documented().withFraming(Framing.CLOSE));
    arm(Route.EXPORT, DomoFault.cut(1000));
    byte[] body = client.csv(dataSet.id(), "", "Accept-Encoding", "gzip").body();
    assertEquals(1000, body.length);
    assertThrows(
        EOFException.class,
        () -> new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes());
  }

  @Test
  void aCutHarmsQueriesAndMetadataToo() {
    arm(Route.QUERY, DomoFault.cut(100));
    assertThrows(IOException.class, () -> client.query(dataSet.id(), "SELECT * FROM t"));
    arm(Route.DATASET, DomoFault.cut(10));
    assertThrows(IOException.class, this::metadata);
  }

  @Test
  void aStallHoldsTheBodyUntilItIsReleased() throws Exception {
    arm(Route.EXPORT, DomoFault.stall(1000));
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<String> body =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return client.stream(
                    "GET",
                    "/v1/datasets/" + dataSet.id() + "/data",
                    null,
                    (response, stream) -> {
                      byte[] start = stream.readNBytes(1000);
                      begun.countDown();
                      return new String(start, UTF_8) + new String(stream.readAllBytes(), UTF_8);
                    });
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    assertTrue(begun.await(60, TimeUnit.SECONDS));
    assertEquals(1, domo.log().underWay(Route.EXPORT));
    domo.releaseStalls();
    assertEquals(whole, body.get(60, TimeUnit.SECONDS));
  }

  @Test
  void closingTheStandInEndsAStall() throws Exception {
    arm(Route.EXPORT, DomoFault.stall(0));
    CompletableFuture<Void> body =
        CompletableFuture.runAsync(
            () -> assertThrows(IOException.class, () -> client.csv(dataSet.id(), "")));
    while (domo.log().underWay(Route.EXPORT) == 0) {
      Thread.onSpinWait();
    }
    domo.close();
    body.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aDripComesSlowlyButWhole() throws Exception {
    arm(Route.EXPORT, new DomoFault.Drip(50_000, Duration.ofMillis(1)));
    assertEquals(whole, client.csv(dataSet.id(), "").text());
  }

  @Test
  void rowsCanBeMissingFromAValidBodyWhileTheCountStaysRight() throws Exception {
    List<String> all = whole.lines().toList();
    arm(Route.EXPORT, DomoFault.dropRows(10, 3));
    List<String> fewer = lines();
    assertEquals(all.subList(0, 10), fewer.subList(0, 10));
    assertEquals(all.subList(13, 1500), fewer.subList(10, 1497));
    assertEquals("[[1500]]", count());
    arm(Route.QUERY, DomoFault.dropRows(10, 3));
    assertEquals("[[1497]]", count());
  }

  private String count() throws IOException {
    return client.query(dataSet.id(), "SELECT COUNT(*) FROM t").json().get("rows").toString();
  }

  @Test
  void aPageCanLackARowOrHaveOneTwice() throws Exception {
    String sql = "SELECT custkey FROM t ORDER BY custkey LIMIT 5";
    arm(Route.QUERY, DomoFault.dropRows(1, 1));
    arm(Route.QUERY, new DomoFault.RepeatRow(1));
    assertEquals(
        "[[1],[3],[4],[5]]", client.query(dataSet.id(), sql).json().get("rows").toString());
    assertEquals(
        "[[1],[2],[2],[3],[4],[5]]", client.query(dataSet.id(), sql).json().get("rows").toString());
    arm(Route.EXPORT, new DomoFault.RepeatRow(0));
    assertEquals(lines().size(), 1501);
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void aTornReadHasRowsOfTwoVersionsAndPublishesOnce(Framing framing) throws Exception {
    dataSet.dialect(CsvDialect.documented().withFraming(framing));
    RandomRows next = RandomRows.of(1, 2000, dataSet.recorded().rows().columns());
    arm(Route.EXPORT, DomoFault.tornRead(100, next));
    List<String> torn = lines();
    assertEquals(2, dataSet.recorded().dataId());
    String after = client.csv(dataSet.id(), "").text();
    assertEquals(whole.lines().toList().subList(0, 100), torn.subList(0, 100));
    assertTrue(after.endsWith(torn.get(torn.size() - 1) + "\n"));
    assertNotEquals(whole, after);
  }

  @Test
  void aTypeCanChangeBetweenMetadataAndBody() throws Exception {
    arm(Route.DATASET, new DomoFault.TypeChanged("custkey", DomoType.STRING));
    assertTrue(metadata().text().contains("{\"type\":\"STRING\",\"name\":\"custkey\"}"));
    assertTrue(metadata().text().contains("{\"type\":\"LONG\",\"name\":\"custkey\"}"));
    arm(Route.QUERY, new DomoFault.TypeChanged("custkey", DomoType.DOUBLE));
    assertEquals(
        "DOUBLE",
        client
            .query(dataSet.id(), "SELECT custkey FROM t LIMIT 1")
            .json()
            .get("metadata")
            .get(0)
            .get("type")
            .textValue());
    arm(Route.EXPORT, new DomoFault.SpoilColumn("custkey", 5, "n/a"));
    List<String> spoilt = lines();
    assertTrue(spoilt.get(4).startsWith("5,"));
    assertTrue(spoilt.get(5).startsWith("n/a,"));
  }

  @Test
  void tokensCanExpireInMidDownload() throws Exception {
    arm(Route.EXPORT, new DomoFault.ExpireTokens(10));
    assertEquals(whole, client.csv(dataSet.id(), "").text());
    assertEquals(401, metadata().status());
    client.logIn();
    arm(Route.EXPORT, new DomoFault.ExpireTokens(1_000_000));
    assertEquals(whole, client.csv(dataSet.id(), "").text());
    assertEquals(401, metadata().status());
  }

  @Test
  void aPolicyCanChangeBetweenCalls() throws Exception {
    PdpPolicy policy = new PdpPolicy("builders", "mktsegment", Set.of("BUILDING"));
    arm(Route.QUERY, new DomoFault.SwitchPolicy(policy));
    assertEquals(1500, lines().size());
    String count = count();
    assertNotEquals("[[1500]]", count);
    assertEquals(count, "[[" + lines().size() + "]]");
  }

  @Test
  void aVersionCanBePurgedBetweenCalls() throws Exception {
    String versions = "/api/data/v2/datasources/" + dataSet.id() + "/dataversions";
    assertEquals(1, client.instance(versions).json().size());
    arm(Route.VERSION_DATA, new DomoFault.PurgeVersion(1));
    assertEquals(404, client.instance(versions + "/1").status());
  }

  @Test
  void anActionOfATestRunsBeforeOrDuringARequest() throws Exception {
    arm(Route.EXPORT, new DomoFault.Before(dataSet::delete));
    assertEquals(404, client.csv(dataSet.id(), "").status());
    assertEquals(1, domo.log().count(on(Route.EXPORT)) - 1);

    DomoDataSet other = domo.add(DataSetSpec.of("other", RandomRows.of(1, 10)));
    domo.faults()
        .once(on(Route.EXPORT, other.id()), new DomoFault.During(5, () -> other.rename("later")));
    client.csv(other.id(), "");
    assertEquals("later", other.name());
  }

  @Test
  void requestsOneAfterTheOtherNeverCountAsTwo() throws Exception {
    domo.log().clear();
    try (DomoClient other = DomoClient.loggedIn(domo)) {
      for (Framing framing : Framing.values()) {
        dataSet.dialect(CsvDialect.documented().withFraming(framing));
        for (int i = 0; i < 10; i++) {
          for (DomoClient each : List.of(client, other)) {
            each.csv(dataSet.id(), "");
            each.get("/v1/datasets");
            arm(Route.EXPORT, new DomoFault.Cut(1000, true));
            assertThrows(IOException.class, () -> each.csv(dataSet.id(), ""));
          }
        }
      }
    }
    assertEquals(1, domo.log().peakConcurrency());
  }

  @Test
  void theLogKnowsRequestsAndHowManyRanAtOnce() throws Exception {
    domo.log().clear();
    for (int i = 0; i < 3; i++) {
      arm(Route.EXPORT, DomoFault.stall(10));
    }
    List<CompletableFuture<Void>> reads =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    CompletableFuture.runAsync(
                        () -> {
                          try (DomoClient own = DomoClient.loggedIn(domo)) {
                            own.csv(dataSet.id(), "fileName=f" + i);
                          } catch (IOException e) {
                            throw new UncheckedIOException(e);
                          }
                        },
                        task -> new Thread(task).start()))
            .toList();
    while (domo.log().underWay(Route.EXPORT) < 3) {
      Thread.onSpinWait();
    }
    // A request counts as under way a little before its body begins, so one release may be early.
    while (!reads.stream().allMatch(CompletableFuture::isDone)) {
      domo.releaseStalls();
    }
    assertEquals(3, domo.log().peakConcurrency(Route.EXPORT));
    assertTrue(domo.log().peakConcurrency() >= 3);
    DomoRequest request = domo.log().requests(Route.EXPORT).get(0);
    assertEquals(dataSet.id(), request.id());
    assertTrue(request.query().get("fileName").startsWith("f"));
    assertTrue(request.headers().get("authorization").startsWith("Bearer "));
  }
}
