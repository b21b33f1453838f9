package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.DomoException.Kind;
import io.writeback.standin.Await;
import io.writeback.standin.domo.CsvDialect;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.SchemaShown;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import io.writeback.standin.http.HttpCall.Framing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The HTTP adapter against the Domo stand-in: every failure has one meaning. */
class HttpDomoApiTest {
  private static final RowSource ROWS = TpchRows.of("nation", 0.01);
  private static final long IDLE_MS = 500;
  private static final long TOTAL_MS = 1500;

  private DomoStandIn domo;
  private DomoDataSet nation;
  private HttpDomoApi api;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults().withExpiredCsvIs406(true));
    nation = domo.add(DataSetSpec.of("nation", ROWS));
    api = api("secret");
  }

  @AfterEach
  void stop() {
    api.close();
    domo.close();
  }

  @Test
  void describesCountsAndExports() throws Exception {
    DatasetInfo info = api.dataset(nation.id());
    assertEquals(25, info.rows());
    assertEquals(new DomoColumn("nationkey", ColumnType.LONG), info.columns().get(0));
    assertEquals(Optional.of("25"), api.query(nation.id(), "SELECT COUNT(*) FROM table").first());
    assertEquals(26, export().lines().count());
    assertTrue(api.identity().endsWith("@acmecompany"), api.identity());
  }

  @Test
  void typesComeFromAQueryWhenTheMetadataHasNone() {
    for (SchemaShown shown : List.of(SchemaShown.EMPTY, SchemaShown.ABSENT)) {
      nation.schemaShown(shown);
      assertEquals(List.of(), api.dataset(nation.id()).columns());
    }
    List<DomoColumn> columns = api.query(nation.id(), "SELECT * FROM table LIMIT 1").columns();
    assertEquals(new DomoColumn("nationkey", ColumnType.LONG), columns.get(0));
    assertEquals(new DomoColumn("name", ColumnType.STRING), columns.get(1));
  }

  /** The service's default is unknown; without the parameter this one guards cells. */
  @Test
  void formulaInterpretationIsDeclinedInSoManyWords() throws Exception {
    DomoDataSet dashes =
        domo.add(
            DataSetSpec.of(
                "dashes",
                ListRows.of(List.of(new Column("a", DomoType.STRING)), new String[] {"-"})));
    dashes.dialect(
        CsvDialect.documented().withFormulaGuard(CsvDialect.FormulaGuard.UNLESS_DECLINED));
    try (DomoApi.Export export = api.export(dashes.id())) {
      assertEquals("a\n-\n", new String(export.body().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void listsPageByPage() {
    for (int i = 0; i < 70; i++) {
      domo.add(DataSetSpec.of("d" + i, ROWS));
    }
    List<DatasetInfo> first = api.list(DomoApi.Order.CREATED, 0);
    List<DatasetInfo> second = api.list(DomoApi.Order.CREATED, 50);
    assertEquals(DomoApi.PAGE, first.size());
    assertEquals(21, second.size());
    List<DatasetInfo> all = new ArrayList<>(first);
    all.addAll(second);
    assertEquals(71, all.stream().map(DatasetInfo::id).distinct().count());
  }

  @Test
  void anExpiredTokenIsReplacedOnce() throws Exception {
    api.dataset(nation.id());
    domo.expireTokens();
    assertEquals(26, export().lines().count(), "a CSV call shows it as a 406 page");
    domo.expireTokens();
    assertEquals(25, api.dataset(nation.id()).rows(), "a JSON call shows it as a 401");
    assertEquals(3, domo.log().requests(Route.TOKEN).size());
  }

  @Test
  void aTokenIsReplacedBeforeItEnds() {
    domo.close();
    domo = DomoStandIn.start(Settings.defaults().withTokenTtl(Duration.ofSeconds(100)));
    nation = domo.add(DataSetSpec.of("nation", ROWS));
    InstantSource late = () -> domo.clock().now();
    api.close();
    api = settings("secret").api(late);
    api.dataset(nation.id());
    domo.clock().advance(Duration.ofSeconds(81));
    api.dataset(nation.id());
    assertEquals(2, domo.log().requests(Route.TOKEN).size());
    assertEquals(2, domo.log().requests(Route.DATASET).size(), "no call met the old token's end");
  }

  @Test
  void refusedCredentialsAreTheConfigurationsFaultAndStaySecret() {
    api.close();
    api = api("wrong-secret");
    DomoException e = assertThrows(DomoException.class, () -> api.dataset(nation.id()));
    assertEquals(Kind.CREDENTIALS, e.kind());
    assertTrue(e.getMessage().contains("domo.client.secret"), e.getMessage());
    assertFalse(e.getMessage().contains("wrong-secret"), e.getMessage());
  }

  @Test
  void everyAnswerHasItsMeaning() {
    assertKind(Kind.THROTTLED, DomoFault.tooManyRequests(null));
    assertKind(Kind.SERVER, DomoFault.page(503));
    assertKind(Kind.SERVER, DomoFault.page(500));
    assertKind(Kind.SERVER, DomoFault.page(200));
    assertKind(Kind.FORBIDDEN, DomoFault.wrapped403(), DomoFault.wrapped403());
    assertKind(Kind.NETWORK, DomoFault.reset());
    DomoException unknown =
        assertThrows(
            DomoException.class, () -> api.dataset("00000000-0000-4000-8000-000000000000"));
    assertEquals(Kind.NOT_FOUND, unknown.kind());
  }

  @Test
  void retryAfterIsHeard() {
    domo.faults().once(DomoRequest.on(Route.DATASET), DomoFault.tooManyRequests(7));
    DomoException e = assertThrows(DomoException.class, () -> api.dataset(nation.id()));
    assertEquals(7000, e.retryAfterMs());
    assertTrue(e.getMessage().contains("toe"), "Domo's support asks for it: " + e.getMessage());
  }

  @Test
  void aStalledBodyEndsWithTheIdleTimeout() {
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.stall(30));
    long start = System.nanoTime();
    DomoException e = assertThrows(DomoException.class, this::export);
    assertEquals(Kind.TIMEOUT, e.kind());
    assertTrue(System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(TOTAL_MS));
  }

  @Test
  void aDrippingBodyEndsWithTheTotalTimeout() {
    domo.faults().once(DomoRequest.on(Route.EXPORT), new DomoFault.Drip(1, Duration.ofMillis(50)));
    DomoException e = assertThrows(DomoException.class, this::export);
    assertEquals(Kind.TIMEOUT, e.kind());
  }

  @ParameterizedTest
  @EnumSource(Framing.class)
  void aCutBodyIsNeverTakenForAWholeOne(Framing framing) throws Exception {
    for (boolean gzip : new boolean[] {true, false}) {
      nation.dialect(CsvDialect.documented().withFraming(framing).withGzip(gzip));
      assertEquals(26, export().lines().count());
      domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.cut(40));
      try (DomoApi.Export export = api.export(nation.id())) {
        byte[] read = export.body().readAllBytes();
        assertTrue(read.length <= 40, "the cut came through as an end");
        assertFalse(export.endIsProven(), framing + " gzip " + gzip);
      } catch (DomoException e) {
        assertTrue(e.kind() == Kind.NETWORK, framing + " gzip " + gzip + ": " + e);
      }
    }
  }

  @Test
  void closingEndsADownloadAtOnce() throws Exception {
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.stall(30));
    api.close();
    api = new ApiSettings(domo).with("domo.read.timeout.ms", 600_000).api();
    CompletableFuture<Void> download =
        CompletableFuture.runAsync(() -> assertThrows(DomoException.class, this::export));
    Await.until(
        "a download under way",
        Duration.ofSeconds(60),
        () -> domo.log().underWay(Route.EXPORT) == 1);
    api.close();
    download.get(60, TimeUnit.SECONDS);
  }

  private void assertKind(Kind kind, DomoFault... faults) {
    for (DomoFault fault : faults) {
      domo.faults().once(DomoRequest.on(Route.DATASET), fault);
    }
    DomoException e = assertThrows(DomoException.class, () -> api.dataset(nation.id()));
    assertEquals(kind, e.kind(), e.getMessage());
  }

  private String export() {
    try (DomoApi.Export export = api.export(nation.id())) {
      return new String(export.body().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private HttpDomoApi api(String secret) {
    return settings(secret).api();
  }

  private ApiSettings settings(String secret) {
    return new ApiSettings(domo)
        .with("domo.client.secret", secret)
        .with("domo.connect.timeout.ms", IDLE_MS)
        .with("domo.read.timeout.ms", IDLE_MS)
        .with("domo.request.timeout.ms", TOTAL_MS)
        .with("domo.download.timeout.ms", TOTAL_MS);
  }
}
