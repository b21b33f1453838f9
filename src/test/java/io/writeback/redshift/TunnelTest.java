package io.writeback.redshift;

import static io.writeback.redshift.Warehouse.range;
import static io.writeback.redshift.Warehouse.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome.Committed;
import io.writeback.sink.Destination;
import io.writeback.standin.redshift.RedshiftSettings;
import io.writeback.standin.ssh.SshKeyForm;
import io.writeback.standin.ssh.SshKeyType;
import io.writeback.standin.ssh.SshKeys;
import io.writeback.standin.ssh.SshStandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster that only an SSH server reaches, under a name that only that server knows, and whose
 * certificate has this name.
 */
class TunnelTest {
  private static final String NAME = "cluster.redshift.test";
  private static final String STRANGER = "other.redshift.test";
  private static final int PORT = 5439;
  private static final SshKeys KEY = SshKeys.generate(SshKeyType.ED25519);

  private static Warehouse warehouse;
  private static SshStandIn ssh;

  @TempDir static Path directory;

  @BeforeAll
  static void start() throws Exception {
    warehouse = new Warehouse(RedshiftSettings.Isolation.SNAPSHOT, NAME);
    ssh = SshStandIn.start(SshStandIn.Settings.standard().withAuthorizedKeys(KEY.publicKey()));
    ssh.allowPrivate(NAME, PORT, warehouse.redshift.port());
    ssh.allowPrivate(STRANGER, PORT, warehouse.redshift.port());
  }

  @AfterAll
  static void stop() {
    warehouse.close();
    ssh.close();
  }

  @AfterEach
  void healthy() {
    ssh.faults().refuseConnections(false);
    ssh.faults().stallForwarding(false);
  }

  private static String[] through(String... more) {
    String[] tunnel = {
      "redshift.host",
      NAME,
      "redshift.port",
      String.valueOf(PORT),
      "ssh.host",
      "127.0.0.1",
      "ssh.port",
      String.valueOf(ssh.port()),
      "ssh.user",
      "tunnel",
      "ssh.private.key",
      KEY.privateKey(SshKeyForm.PKCS8, "the passphrase"),
      "ssh.private.key.passphrase",
      "the passphrase",
      "ssh.host.key.fingerprints",
      String.join(",", ssh.hostKeyFingerprints())
    };
    return Stream.concat(Arrays.stream(tunnel), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Claim claim(Destination d, String topic) {
    return d.claim(new TopicPartition(topic, 0), OptionalLong.of(0));
  }

  @Test
  void rowsLandThroughTheTunnelWithTheRealNameVerified() {
    Destination d = warehouse.destination("tunnelled", through());
    Claim claim = claim(d, "tunnelled");
    assertEquals(
        List.of(new Committed(50)), d.commit(List.of(range(d, claim, table("tunnelled"), 0, 50))));
    assertEquals("50|50", warehouse.counts("tunnelled"));
    assertTrue(ssh.forwardedBytes() > 1000);
    d.close();
  }

  /** The same server answers, but its certificate does not have the name that was asked for. */
  @Test
  void verifyFullHoldsThroughTheTunnel() {
    Destination d = warehouse.destination("stranger", through("redshift.host", STRANGER));
    FaultException e = assertThrows(FaultException.class, () -> claim(d, "stranger"));
    assertTrue(e.getMessage().contains(STRANGER), e.getMessage());
    Destination untrusting =
        warehouse.destination("untrusting", through("redshift.ssl.ca", "none"));
    assertThrows(FaultException.class, () -> claim(untrusting, "untrusting"));
    d.close();
    untrusting.close();
  }

  @Test
  void aTunnelThatIsCutIsMadeAgainAndNothingIsLostOrDoubled() {
    Destination d = warehouse.destination("cut", through());
    Claim claim = claim(d, "cut");
    for (int round = 0; round < 4; round++) {
      long from = round * 10L;
      var range = range(d, claim, table("cut"), from, from + 10);
      if (round % 2 == 0) {
        ssh.faults().dropSessions();
      } else {
        ssh.faults().closeTunnelAfter(2000);
      }
      List<?> outcomes = null;
      while (outcomes == null) {
        try {
          outcomes = d.commit(List.of(range));
        } catch (FaultException e) {
          assertEquals(Fault.RETRY, e.fault(), e.getMessage());
        }
      }
      assertEquals(List.of(new Committed(from + 10)), outcomes);
    }
    assertEquals("40|40", warehouse.counts("cut"));
    d.close();
  }

  @Test
  void anOutageOfTheSshServerIsRetriable() {
    Destination d = warehouse.destination("outage", through());
    ssh.faults().refuseConnections(true);
    FaultException e = assertThrows(FaultException.class, () -> claim(d, "outage"));
    assertEquals(Fault.RETRY, e.fault(), e.getMessage());
    ssh.faults().refuseConnections(false);
    claim(d, "outage");
    d.close();
  }

  @Test
  void validationPutsEachErrorOfTheTunnelOnItsKey() {
    assertEquals("", errors());
    assertOn("ssh.host.key.fingerprints", "SHA256:" + "A".repeat(43));
    assertOn(
        "ssh.private.key", SshKeys.generate(SshKeyType.RSA).privateKey(SshKeyForm.OPENSSH, null));
    assertOn("ssh.private.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----");
    assertOn("ssh.private.key", directory.resolve("nowhere.pem").toString());
    assertOn("ssh.private.key.passphrase", "not the passphrase");
    assertOn("ssh.user", "somebody", "ssh.private.key");
    assertOn("ssh.host", "no-such-host.invalid");
    assertOn("redshift.host", "unknown.redshift.test", "ssh.user");
    assertOn("redshift.host", STRANGER);
    assertOn("redshift.password", "wrong");
  }

  @Test
  void aKeyMayBeInAFileAndKnownHostsToo() throws Exception {
    Path key = KEY.write(directory.resolve("key.pem"), SshKeyForm.OPENSSH, null);
    Path hosts = directory.resolve("known_hosts");
    Files.writeString(hosts, ssh.knownHostsLine());
    assertEquals(
        "",
        errors(
            "ssh.private.key",
            key.toString(),
            "ssh.private.key.passphrase",
            "",
            "ssh.host.key.fingerprints",
            "",
            "ssh.known.hosts",
            hosts.toString()));
  }

  @Test
  void rulesOfTheTunnelNeedNoConnection() {
    assertOn("ssh.host.key.fingerprints", "");
    assertOn("ssh.host.key.fingerprints", "MD5:aa:bb");
    assertOn("ssh.user", "");
    assertOn("ssh.host", "");
    assertOn("ssh.private.key", "");
  }

  private static void assertOn(String key, String value) {
    assertOn(key, value, key);
  }

  private static void assertOn(String key, String value, String errorOn) {
    String errors = errors(key, value);
    assertTrue(errors.startsWith(errorOn + ": "), key + " gave " + errors);
    assertFalse(errors.contains("the passphrase is"), errors);
    assertFalse(errors.contains("open sesame"), errors);
  }

  /** All errors, in lines of key and message. */
  private static String errors(String... more) {
    Map<String, String> config = warehouse.config("checked", through(more));
    Config result = new RedshiftSinkConnector().validate(config);
    return String.join(
        "\n",
        result.configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .map(value -> value.name() + ": " + value.errorMessages())
            .toList());
  }
}
