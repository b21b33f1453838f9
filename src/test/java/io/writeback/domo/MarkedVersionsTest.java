package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.DomoException.Kind;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.PdpPolicy;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RowSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which token a version gets, and when the token moves. */
class MarkedVersionsTest {
  private DomoStandIn domo;
  private DomoDataSet one;
  private HttpDomoApi api;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults());
    domo.clock().stopAt(Instant.parse("2026-01-01T00:00:00Z"));
    one = domo.add(DataSetSpec.of("one", cell("a")));
  }

  @AfterEach
  void stop() {
    api.close();
    domo.close();
  }

  /** A replace in the same second with as many rows, and an edit of the description. */
  @Test
  void aMarkMovesWithDataAndNotWithMetadata() {
    movesWithData(withToken("developer-token"), "d:");
    api.close();
    movesWithData(plain(), "x:");
  }

  private void movesWithData(VersionDetector versions, String kind) {
    String first = token(versions);
    assertTrue(first.startsWith(kind), first);
    one.publish(cell(kind), Action.REPLACE);
    String second = token(versions);
    assertNotEquals(first, second);
    domo.clock().advance(Duration.ofHours(1));
    one.describe("edited after " + second);
    assertEquals(second, token(versions));
  }

  @Test
  void metadataAreWhatIsLeftAndMoveWithEveryEdit() {
    one.streamBacked(false);
    VersionDetector versions = plain();
    String first = token(versions);
    assertTrue(first.startsWith("m:"), first);
    domo.clock().advance(Duration.ofHours(1));
    one.describe("edited");
    assertNotEquals(first, token(versions));
    assertEquals(1, domo.log().requests(Route.STREAM_SEARCH).size(), "asked once");
  }

  /** "Managing Dataset History": success, error, processing. */
  @Test
  void onlySuccessfulUploadsCount() {
    domo.faults()
        .once(
            DomoRequest.on(Route.VERSIONS),
            json(
                "[{\"dataId\":9,\"uploadStatus\":\"processing\"},"
                    + "{\"dataId\":4,\"uploadStatus\":\"success\"},"
                    + "{\"dataId\":7,\"uploadStatus\":\"success\"},"
                    + "{\"dataId\":8,\"uploadStatus\":\"error\"}]"));
    assertTrue(token(withToken("developer-token")).startsWith("d:7/"));
  }

  @Test
  void onlySuccessfulExecutionsCountInWhicheverOrderTheyCome() {
    String failed = "{\"id\":9,\"currentState\":\"FAILED\"}";
    String good = "{\"id\":7,\"currentState\":\"SUCCESS\"}";
    for (String list : new String[] {failed + "," + good, good + "," + failed}) {
      domo.faults().once(DomoRequest.on(Route.EXECUTIONS), json("[" + list + "]"));
      assertTrue(token(plain()).startsWith("x:7/"));
      api.close();
    }
  }

  /** A view has no history; what is at the end of a long list is not seen in one call. */
  @Test
  void withoutAUsableMarkTheNextOneIsTaken() {
    one.purge(1);
    assertTrue(token(withToken("developer-token")).startsWith("x:1/"));
    api.close();
    String oldestFirst =
        IntStream.rangeClosed(1, 500)
            .mapToObj(i -> "{\"id\":" + i + ",\"currentState\":\"SUCCESS\"}")
            .collect(Collectors.joining(",", "[", "]"));
    domo.faults().once(DomoRequest.on(Route.EXECUTIONS), json(oldestFirst));
    assertTrue(token(plain()).startsWith("m:"));
  }

  @Test
  void aRefusalIsTakenForAnAnswerOnceAndForAll() {
    VersionDetector wrong = withToken("not-the-token");
    assertTrue(token(wrong).startsWith("m:"));
    assertTrue(token(wrong).startsWith("m:"));
    assertEquals(1, domo.log().requests(Route.VERSIONS).size());
    assertEquals(1, domo.log().requests(Route.DATASOURCE).size());
    api.close();
    domo.faults().always(DomoRequest.on(Route.STREAM_SEARCH), DomoFault.wrapped403());
    VersionDetector forbidden = plain();
    assertTrue(token(forbidden).startsWith("m:"));
    domo.faults().clear();
    assertTrue(token(forbidden).startsWith("m:"), "the kind does not change back and forth");
  }

  /** Otherwise every outage would cost a download of every DataSet. */
  @Test
  void anOutageIsNoAnswer() {
    VersionDetector versions = withToken("developer-token");
    String before = token(versions);
    domo.faults().once(DomoRequest.on(Route.VERSIONS), DomoFault.page(503));
    DomoException e = assertThrows(DomoException.class, () -> token(versions));
    assertEquals(Kind.SERVER, e.kind());
    assertEquals(before, token(versions));
  }

  /** Data can be uploaded without the stream. */
  @Test
  void dataThatPassesTheStreamByIsSeen() {
    domo.faults()
        .always(
            DomoRequest.on(Route.EXECUTIONS), json("[{\"id\":5,\"currentState\":\"SUCCESS\"}]"));
    VersionDetector versions = plain();
    String before = token(versions);
    domo.clock().advance(Duration.ofSeconds(1));
    one.publish(cell("b"), Action.REPLACE);
    assertNotEquals(before, token(versions));
  }

  @Test
  void aStreamThatIsGoneIsLookedForAgain() {
    VersionDetector versions = plain();
    String before = token(versions);
    domo.faults()
        .once(
            DomoRequest.on(Route.EXECUTIONS),
            new DomoFault.Answer(404, Map.of("Content-Type", "application/json"), "{}"));
    assertTrue(token(versions).startsWith("m:"));
    api.close();
    assertEquals(before, token(plain()));
  }

  /** What the identity may see is part of what a version is. */
  @Test
  void aPolicyMovesEveryToken() {
    VersionDetector versions = withToken("developer-token");
    String open = token(versions);
    one.policy(new PdpPolicy("p", "v", Set.of("a")));
    String narrow = token(versions);
    assertNotEquals(open, narrow);
    one.policy(new PdpPolicy("p", "v", Set.of("b")));
    assertNotEquals(narrow, token(versions));
    one.policy(null);
    assertEquals(open, token(versions));
  }

  private String token(VersionDetector versions) {
    return versions.versionOf(api.dataset(one.id())).token();
  }

  private VersionDetector plain() {
    api = new ApiSettings(domo).api();
    return new MarkedVersions(api);
  }

  private VersionDetector withToken(String token) {
    api = new ApiSettings(domo).withDeveloperToken(token).api();
    return new MarkedVersions(api);
  }

  private static DomoFault json(String body) {
    return new DomoFault.Answer(200, Map.of("Content-Type", "application/json"), body);
  }

  private static RowSource cell(String value) {
    return ListRows.of(List.of(new Column("v", DomoType.STRING)), new String[][] {{value}});
  }
}
