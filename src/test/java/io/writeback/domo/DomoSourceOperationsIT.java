package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.snapshot.SnapshotManifest;
import io.writeback.snapshot.SnapshotManifest.Reason;
import io.writeback.standin.Await;
import io.writeback.standin.domo.Action;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.domo.rows.TpchRows;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an operator does through REST and sees through JMX, in a real worker. */
class DomoSourceOperationsIT extends WorkerScenario {
  private static final RowSource NATION = TpchRows.of("nation", 0.01);

  @BeforeAll
  static void startCluster() {
    startCluster(1, Map.of("exactly.once.source.support", "enabled"));
  }

  /** B5: run now, one DataSet or all of them, by the offsets that REST resets. */
  @Test
  void aResetOffsetSendsOneDataSetOrAllOfThemAgain() throws Exception {
    DomoDataSet one = domo.add(DataSetSpec.of("one", NATION));
    DomoDataSet two = domo.add(DataSetSpec.of("two", CUSTOMER));
    connect.configureConnector(name, config(List.of(one, two), Map.of()));
    manifests(2);

    stopConnector();
    connect.alterSourceConnectorOffset(name, Map.of("dataset", one.id()), null);
    connect.resumeConnector(name);
    SnapshotManifest again = manifests(3).get(2);
    assertEquals(one.id(), again.dataset());
    assertEquals(Reason.FIRST, again.reason());
    log().assertIs(again, NATION);
    assertNotEquals(manifestOf(one, 0).snapshot(), again.snapshot());

    stopConnector();
    connect.resetConnectorOffsets(name);
    connect.resumeConnector(name);
    List<SnapshotManifest> all = manifests(5);
    assertEquals(
        Set.of(one.id(), two.id()),
        all.subList(3, 5).stream().map(SnapshotManifest::dataset).collect(Collectors.toSet()));
    log().assertIs(manifestOf(two, 1), CUSTOMER);
  }

  /** A pause, other than a restart, forgets nothing of what was acknowledged. */
  @Test
  void aPausedConnectorGoesOnWithTheSameSnapshot() throws Exception {
    DomoDataSet customer = domo.add(DataSetSpec.of("paused", CUSTOMER));
    connect.configureConnector(name, config(List.of(customer), Map.of("domo.batch.max.rows", "3")));
    Await.until("rows in Kafka", LIMIT, () -> log().rowCount() > 20);
    connect.pauseConnector(name);
    connect.assertions().assertConnectorAndExactlyNumTasksArePaused(name, 1, "paused");
    assertEquals(0, log().manifests().size(), "in the middle");
    connect.resumeConnector(name);
    SnapshotManifest manifest = manifests(1).get(0);
    assertEquals(List.of(manifest.snapshot()), log().snapshots());
    assertTrue(manifest.ranges().isPresent());
    log().assertIs(manifest, CUSTOMER);
  }

  /** N5, P14: every figure of the table in src/docs/domo-operations.md. */
  @Test
  void figuresAndStatusShowOverJmxAndGoWithTheTask() throws Exception {
    DomoDataSet nation = domo.add(DataSetSpec.of("nation", NATION));
    domo.faults().once(DomoRequest.on(Route.EXPORT), DomoFault.dropRows(3, 2));
    connect.configureConnector(
        name, config(List.of(nation), Map.of("snapshot.max.shrink.ratio", "0.5")));
    manifests(1);
    Await.until("an emitted version", LIMIT, () -> metric("versions-emitted-total") == 1);
    assertEquals(25, metric("rows-emitted-total") - 1, "rows and their manifest");
    assertEquals(25, metric("rows-read-total"));
    assertEquals(25, metric("dataset-nation-rows-read-total"));
    assertTrue(metric("bytes-read-total") > 1000);
    assertTrue(metric("download-ms-total") >= 0);
    assertEquals(1, metric("verification-failures-rows-total"));
    assertEquals(1, metric("retries-rows-total"));
    assertEquals(1, metric("dataset-nation-failures-total"));
    assertEquals(0, metric("versions-held-total"));

    nation.publish(TpchRows.of("region", 0.01), Action.REPLACE);
    Await.until("held", LIMIT, () -> metric("versions-held-total") == 1);
    assertEquals(4, metric("dataset-nation-state"));
    assertTrue(metric("dataset-nation-lag-ms") > 0, "its version is not sent");
    ObjectName status = TaskJournal.objectName(name, 0);
    // Told after the state, on the thread that judged it.
    Await.until(
        "the reason",
        LIMIT,
        () ->
            String.join("\n", (String[]) server().getAttribute(status, "Errors"))
                .contains("snapshot.accept"));

    Map<String, MBeanAttributeInfo> known = attributes();
    String documented = Files.readString(Path.of("src/docs/domo-operations.md"));
    List<String> missing =
        known.keySet().stream()
            .map(metric -> metric.replace("dataset-nation-", "dataset-<alias>-"))
            .map(metric -> metric.replaceFirst("^retries-.*-total", "retries-<cause>-total"))
            .map(
                metric ->
                    metric.replaceFirst(
                        "^requests-failed-.*-total", "requests-failed-<kind>-total"))
            .map(
                metric ->
                    metric.replaceFirst(
                        "^verification-failures-.*-total", "verification-failures-<kind>-total"))
            .filter(metric -> !documented.contains("`" + metric + "`"))
            .toList();
    assertEquals(List.of(), missing, "every figure is explained");
    for (MBeanAttributeInfo attribute : known.values()) {
      assertTrue(!attribute.getDescription().isBlank(), attribute.getName());
    }

    connect.deleteConnector(name);
    Await.until("no status", LIMIT, () -> !server().isRegistered(status));
    Await.until("no figures", LIMIT, () -> beans().isEmpty());
  }

  private static MBeanServer server() {
    return ManagementFactory.getPlatformMBeanServer();
  }

  private Set<ObjectName> beans() throws Exception {
    return server()
        .queryNames(
            new ObjectName("kafka.connect:type=plugins,connector=" + name + ",task=0,*"), null);
  }

  private double metric(String attribute) throws Exception {
    for (ObjectName bean : beans()) {
      for (MBeanAttributeInfo info : server().getMBeanInfo(bean).getAttributes()) {
        if (info.getName().equals(attribute)) {
          return ((Number) server().getAttribute(bean, attribute)).doubleValue();
        }
      }
    }
    return -1;
  }

  private Map<String, MBeanAttributeInfo> attributes() throws Exception {
    Map<String, MBeanAttributeInfo> all = new TreeMap<>();
    for (ObjectName bean : beans()) {
      if (bean.getKeyProperty("converter") == null) {
        for (MBeanAttributeInfo info : server().getMBeanInfo(bean).getAttributes()) {
          all.put(info.getName(), info);
        }
      }
    }
    return all;
  }

  private SnapshotManifest manifestOf(DomoDataSet dataSet, int number) throws Exception {
    return log().manifests().stream()
        .filter(manifest -> manifest.dataset().equals(dataSet.id()))
        .skip(number)
        .findFirst()
        .orElseThrow();
  }
}
