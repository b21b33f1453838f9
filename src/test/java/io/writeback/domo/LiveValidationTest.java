package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.metrics.TaskMetrics;
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
import io.writeback.standin.domo.rows.TpchRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Validation is the connection test: each error on the key to change, and none that may pass. */
class LiveValidationTest {
  @TempDir Path dir;
  private final Map<String, String> config = new HashMap<>();
  private DomoStandIn domo;
  private DomoDataSet nation;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults());
    nation = domo.add(DataSetSpec.of("nation", TpchRows.of("nation", 0.01)));
    config.put("name", "test");
    config.put("connector.class", DomoSourceConnector.class.getName());
    config.put("domo.client.id", "client");
    config.put("domo.client.secret", "secret");
    config.put("domo.api.url", domo.endpoint().toString());
    config.put("domo.datasets", nation.id() + ":nation");
    config.put("domo.spool.dir", dir.toString());
  }

  @AfterEach
  void stop() {
    domo.close();
  }

  @Test
  void aGoodConfigurationHasNoErrorsAndHasBeenTried() {
    config.put("domo.instance.url", domo.endpoint().toString());
    config.put("domo.developer.token", "developer-token");
    config.put("domo.key.columns", "nation: nationkey");
    assertEquals(Map.of(), errors());
    for (Route route : new Route[] {Route.TOKEN, Route.DATASET, Route.VERSIONS}) {
      assertFalse(domo.log().requests(route).isEmpty(), route.name());
    }
  }

  @Test
  void everyDefiniteAnswerIsAnErrorOnItsKey() {
    assertError("domo.client.secret", "domo.client.secret", "wrong-secret");
    assertError(
        "domo.datasets", "domo.datasets", nation.id() + ",00000000-0000-4000-8000-000000000000");
    assertError("domo.developer.token", "domo.developer.token", "wrong-token");
    assertError("domo.key.columns", "domo.key.columns", "nation: NationKey");
    assertError("domo.key.columns", "domo.key.columns", "other: nationkey");
    assertError("domo.scopes", "domo.scopes", "data,audit");
    domo.faults()
        .always(
            DomoRequest.on(Route.DATASET),
            new DomoFault.Answer(403, Map.of("Content-Type", "application/json"), "{}"));
    assertError("domo.datasets", "domo.auth.grace.ms", "77");
    domo.faults().clear();
    domo.delete(nation.id());
    assertError("domo.datasets", "domo.auth.grace.ms", "78");
  }

  /** A12: nothing is known of rows before they are sent, so a restart cannot go on among them. */
  @Test
  void whatIsNotSpooledCannotBeRequiredToArriveOnce() {
    config.remove("domo.spool.dir");
    config.put("domo.spool", "none");
    config.put("exactly.once.support", "required");
    Map<String, List<String>> errors = errors();
    assertEquals(Set.of("domo.spool"), errors.keySet());
    assertTrue(errors.get("domo.spool").get(0).contains("exactly.once.support=requested"));
    config.put("exactly.once.support", "requested");
    assertEquals(Map.of(), errors());
  }

  @Test
  void theInstanceAndItsTokenBelongTogether() {
    config.put("domo.instance.url", domo.endpoint().toString());
    assertEquals(Set.of("domo.developer.token"), errors().keySet());
    config.remove("domo.instance.url");
    config.put("domo.developer.token", "developer-token");
    assertEquals(Set.of("domo.instance.url"), errors().keySet());
    assertFalse(errors().toString().contains("developer-token"));
  }

  @Test
  void aCertificateFileIsRead() throws Exception {
    Path file = Files.writeString(dir.resolve("ca.pem"), "none");
    config.put("domo.ssl.ca.file", file.toString());
    assertEquals(Set.of("domo.ssl.ca.file"), errors().keySet());
  }

  @Test
  void aColumnOfAnotherCaseIsProposed() {
    config.put("domo.key.columns", "nation: NationKey");
    nation.schemaShown(SchemaShown.ABSENT);
    assertTrue(errors().get("domo.key.columns").get(0).contains("did you mean \"nationkey\""));
  }

  @Test
  void columnsThatBecomeOneFieldAreFound() {
    DomoDataSet same =
        domo.add(
            DataSetSpec.of(
                "same",
                ListRows.of(
                    List.of(
                        new Column("a b", DomoType.STRING), new Column("a_b", DomoType.STRING)))));
    config.put("domo.datasets", same.id());
    assertEquals(Set.of("domo.field.names"), errors().keySet());
    config.put("domo.field.names", "as.is");
    assertEquals(Map.of(), errors());
  }

  @Test
  void whatNamesColumnsIsHeldAgainstThem() {
    assertError("domo.columns", "domo.columns", "nation: nationkey, nope");
    assertError("domo.row.filter", "domo.row.filter", "nation: nope = 1");
    config.put("domo.columns", "nation: name");
    assertError("domo.columns", "domo.key.columns", "nation: nationkey");
    config.remove("domo.columns");
    config.put("domo.mode", "incremental");
    assertError("domo.cursor.columns", "domo.cursor.columns", "nation: nope");
    assertError("domo.cursor.columns", "domo.cursor.columns", "nation: name");
    config.put("domo.cursor.columns", "nation: nationkey");
    assertEquals(Map.of(), errors());
  }

  /** C3. */
  @Test
  void anOutageIsNoError() {
    for (Route route : new Route[] {Route.TOKEN, Route.DATASET, Route.VERSIONS}) {
      config.put("domo.instance.url", domo.endpoint().toString());
      config.put("domo.developer.token", "developer-token");
      for (DomoFault fault :
          new DomoFault[] {DomoFault.page(503), DomoFault.tooManyRequests(60), DomoFault.reset()}) {
        config.put("domo.client.id", "client");
        domo.faults().always(DomoRequest.on(route), fault);
        config.merge("domo.auth.grace.ms", "1", (a, b) -> a + b);
        assertEquals(Map.of(), errors(), route + " " + fault);
        domo.faults().clear();
      }
    }
    domo.close();
    config.put("domo.auth.grace.ms", "99");
    assertEquals(Map.of(), errors(), "nobody there");
  }

  /** A call ends before all of them have to; what was found until then counts. */
  @Test
  void validationEndsInTimeWithWhatItFound() {
    DomoDataSet stalled = domo.add(DataSetSpec.of("stalled", TpchRows.of("nation", 0.01)));
    config.put("domo.datasets", nation.id() + ":nation," + stalled.id());
    config.put("domo.key.columns", "nation: no_such_column");
    domo.faults().always(DomoRequest.on(Route.DATASET, stalled.id()), DomoFault.stall(10));
    DomoSourceConfig settings = new DomoSourceConfig(config);
    Map<String, List<String>> found = new HashMap<>();
    LiveValidation live =
        new LiveValidation(
            new LiveValidation.Limits(60_000, 2_000),
            http -> new HttpDomoApi(http, TaskMetrics.none(), InstantSource.system()),
            List.of(new ColumnsCheck(settings.datasetSettings())));
    live.look(settings)
        .forEach((key, message) -> found.computeIfAbsent(key, k -> new ArrayList<>()).add(message));
    assertEquals(Set.of("domo.key.columns"), found.keySet());
  }

  /** User interfaces validate with every keystroke. */
  @Test
  void equalSettingsAskOnceAndOthersAskAgain() {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    LiveFindingsCache cache = new LiveFindingsCache(30_000, now::get);
    List<String> looks = new ArrayList<>();
    Map<String, String> same = Map.of("domo.client.id", "a", "snapshot.topic", "x");
    look(cache, same, looks);
    look(cache, Map.of("domo.client.id", "a", "snapshot.topic", "y"), looks);
    assertEquals(1, looks.size());
    look(cache, Map.of("domo.client.id", "b"), looks);
    assertEquals(2, looks.size());
    now.set(Instant.EPOCH.plus(Duration.ofSeconds(31)));
    look(cache, same, looks);
    assertEquals(3, looks.size());
  }

  @Test
  void theConnectorRemembersForAWhile() {
    errors();
    long asked = domo.log().total();
    config.put("snapshot.topic", "another");
    assertEquals(Map.of(), errors());
    assertEquals(asked, domo.log().total());
    config.put("domo.client.secret", "wrong-secret");
    assertEquals(Set.of("domo.client.secret"), errors().keySet());
  }

  private static void look(
      LiveFindingsCache cache, Map<String, String> settings, List<String> looks) {
    cache.get(
        settings,
        () -> {
          looks.add("look");
          return new LiveFindings();
        });
  }

  private void assertError(String on, String key, String value) {
    String before = config.put(key, value);
    if (key.equals("domo.developer.token")) {
      config.put("domo.instance.url", domo.endpoint().toString());
    }
    Map<String, List<String>> errors = errors();
    assertEquals(Set.of(on), errors.keySet(), key + "=" + value + ": " + errors);
    assertFalse(errors.toString().contains("wrong-"), errors.toString());
    config.remove("domo.instance.url");
    if (before == null) {
      config.remove(key);
    } else {
      config.put(key, before);
    }
  }

  private Map<String, List<String>> errors() {
    Map<String, List<String>> errors = new HashMap<>();
    for (ConfigValue value : new DomoSourceConnector().validate(config).configValues()) {
      if (!value.errorMessages().isEmpty()) {
        errors.put(value.name(), value.errorMessages());
      }
    }
    return errors;
  }
}
