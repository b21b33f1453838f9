package io.writeback.redshift.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.redshift.ssh.SshFailure.Part;
import io.writeback.retry.Fault;
import io.writeback.standin.Await;
import io.writeback.standin.SilentProxy;
import io.writeback.standin.ssh.Destination;
import io.writeback.standin.ssh.EchoServer;
import io.writeback.standin.ssh.SshKeyForm;
import io.writeback.standin.ssh.SshKeyType;
import io.writeback.standin.ssh.SshKeys;
import io.writeback.standin.ssh.SshStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.PublicKey;
import java.security.Security;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tunnels through a real sshd: every form of every key, host keys, and connections that die. */
class SshTunnelKeysTest {
  private static final Map<SshKeyType, SshKeys> KEYS = new EnumMap<>(SshKeyType.class);
  private static final String PASSPHRASE = "correct horse";

  private static SshStandIn ssh;
  private static EchoServer echo;
  private final List<SshTunnel> tunnels = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    for (SshKeyType type : SshKeyType.values()) {
      KEYS.put(type, SshKeys.generate(type));
    }
    echo = new EchoServer();
    ssh =
        SshStandIn.start(
            SshStandIn.Settings.standard()
                .withAuthorizedKeys(
                    KEYS.values().stream().map(SshKeys::publicKey).toArray(PublicKey[]::new))
                .withAllowed(new Destination("localhost", echo.port())));
  }

  @AfterAll
  static void stop() throws IOException {
    ssh.close();
    echo.close();
  }

  @AfterEach
  void close() {
    tunnels.forEach(SshTunnel::close);
  }

  private static SshSettings settings(
      String password, String key, String passphrase, String knownHosts, List<String> prints) {
    return new SshSettings(
        "127.0.0.1",
        ssh.port(),
        "tunnel",
        Optional.ofNullable(password),
        Optional.ofNullable(key),
        Optional.ofNullable(passphrase),
        Optional.ofNullable(knownHosts),
        prints,
        1000,
        10_000);
  }

  private SshTunnel tunnel(SshSettings settings) {
    SshTunnel tunnel = new SshTunnel(settings, "localhost", echo.port());
    tunnels.add(tunnel);
    return tunnel;
  }

  private SshTunnel byPassword() {
    return tunnel(settings("open sesame", null, null, ssh.knownHostsLine(), List.of()));
  }

  private SshTunnel byKey(String key, String passphrase) {
    return tunnel(settings(null, key, passphrase, null, ssh.hostKeyFingerprints()));
  }

  private static void assertCarries(SshTunnel tunnel) {
    try (Socket socket = new TunnelSocketFactory(tunnel.id()).createSocket()) {
      assertTrue(socket.isConnected());
      socket.setSoTimeout(20_000);
      say(socket, "hello");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void say(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
    socket.getOutputStream().flush();
    assertEquals(text, new String(socket.getInputStream().readNBytes(text.length()), US_ASCII));
  }

  static Stream<Arguments> keys() {
    return Stream.of(SshKeyType.values())
        .flatMap(type -> Stream.of(SshKeyForm.values()).map(form -> Arguments.of(type, form)))
        .filter(a -> !(a.get()[0] == SshKeyType.ED25519 && a.get()[1] == SshKeyForm.TRADITIONAL));
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyFormOfEveryKeyLetsIn(SshKeyType type, SshKeyForm form) {
    assertCarries(byKey(KEYS.get(type).privateKey(form, null), null));
    String encrypted = KEYS.get(type).privateKey(form, PASSPHRASE);
    assertCarries(byKey(encrypted, PASSPHRASE));
    // Pasted with other line ends, as from Windows.
    assertCarries(byKey(encrypted.replace("\n", "\r\n"), PASSPHRASE));
    assertPart(Part.PASSPHRASE, byKey(encrypted, null), "passphrase is missing");
    assertPart(Part.PASSPHRASE, byKey(encrypted, "wrong"), "cannot be decrypted");
  }

  private static SshFailure assertPart(Part part, SshTunnel tunnel, String words) {
    SshFailure e = assertThrows(SshFailure.class, tunnel::open);
    assertEquals(part, e.part(), e.getMessage());
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains(words), e.getMessage());
    assertFalse(e.getMessage().contains(PASSPHRASE), e.getMessage());
    return e;
  }

  @Test
  void aPasswordLetsInAndAWrongOneDoesNot() {
    assertCarries(byPassword());
    assertPart(
        Part.PASSWORD,
        tunnel(settings("wrong word", null, null, ssh.knownHostsLine(), List.of())),
        "does not let the user in");
  }

  @Test
  void aKeyThatTheServerDoesNotKnowIsSaidSo() {
    String other = SshKeys.generate(SshKeyType.ED25519).privateKey(SshKeyForm.PKCS8, null);
    assertPart(Part.PRIVATE_KEY, byKey(other, null), "does not let the user in");
  }

  @Test
  void aTextThatIsNoKeyIsSaidSo() {
    assertPart(Part.PRIVATE_KEY, byKey("ssh-ed25519 AAAA", null), "begins with -----BEGIN");
    assertPart(
        Part.PRIVATE_KEY,
        byKey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", null),
        "cannot be read");
    assertPart(
        Part.PRIVATE_KEY,
        byKey("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", null),
        "cannot be read");
  }

  /** The login must not even be tried: the password would be the impostor's. */
  @Test
  void aServerWithAnotherKeyIsRefusedAndItsKeyIsNamed() {
    SshStandIn impostor = SshStandIn.start(SshStandIn.Settings.standard());
    try {
      String host = "127.0.0.1";
      for (SshSettings settings :
          List.of(
              settings("open sesame", null, null, null, ssh.hostKeyFingerprints()),
              settings(
                  "open sesame",
                  null,
                  null,
                  ssh.knownHostsLine().replace(":" + ssh.port(), ":" + impostor.port()),
                  List.of()),
              settings("open sesame", null, null, "elsewhere " + key(), List.of()))) {
        SshSettings there =
            new SshSettings(
                host,
                impostor.port(),
                settings.user(),
                settings.password(),
                settings.privateKey(),
                settings.passphrase(),
                settings.knownHosts(),
                settings.fingerprints(),
                1000,
                10_000);
        SshFailure e = assertPart(Part.HOST_KEY, tunnel(there), "presents the host key");
        assertTrue(
            impostor.hostKeyFingerprints().stream().anyMatch(e.getMessage()::contains),
            e.getMessage());
      }
    } finally {
      impostor.close();
    }
  }

  private static String key() {
    return ssh.knownHostsLine().lines().findFirst().orElseThrow().split(" ", 2)[1];
  }

  @Test
  void aConnectionThatIsLostIsMadeAgainAndItsSocketsEnd() throws Exception {
    SshTunnel tunnel = byPassword();
    try (Socket socket = tunnel.connect()) {
      socket.setSoTimeout(20_000);
      say(socket, "before");
      ssh.faults().dropSessions();
      assertTrue(ended(socket));
    }
    Await.until(() -> ssh.openSessions() == 0);
    assertCarries(tunnel);
  }

  private static boolean ended(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /** A network that swallows everything: nobody closes anything, and keepalive finds out. */
  @Test
  void aServerThatIsSilentIsGivenUp() throws Exception {
    try (SilentProxy proxy = new SilentProxy(ssh.port())) {
      SshSettings direct = settings("open sesame", null, null, null, ssh.hostKeyFingerprints());
      SshTunnel tunnel =
          tunnel(
              new SshSettings(
                  "127.0.0.1",
                  proxy.port(),
                  "tunnel",
                  direct.password(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  direct.fingerprints(),
                  1000,
                  10_000));
      try (Socket socket = tunnel.connect()) {
        socket.setSoTimeout(60_000);
        say(socket, "before");
        proxy.silence();
        assertTrue(ended(socket), "keepalive ends the sockets of a dead connection");
      }
    }
  }

  /** The driver asks sockets with a timeout whether a connection lives. */
  @Test
  void aReadThatTakesTooLongTimesOut() throws Exception {
    try (Socket socket = byPassword().connect()) {
      socket.setSoTimeout(200);
      assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
      socket.setSoTimeout(20_000);
      say(socket, "still there");
    }
  }

  @Test
  void aSocketThatIsClosedClosesItsChannel() throws Exception {
    SshTunnel tunnel = byPassword();
    Socket socket = tunnel.connect();
    socket.setSoTimeout(20_000);
    say(socket, "a");
    Await.until(() -> ssh.openTunnels() == 1);
    socket.close();
    Await.until(() -> ssh.openTunnels() == 0);
    assertCarries(tunnel);
    assertEquals(1, ssh.openSessions());
  }

  @Test
  void whereTheServerMayNotOrCannotConnectIsSaid() {
    SshSettings settings = settings("open sesame", null, null, ssh.knownHostsLine(), List.of());
    SshTunnel forbidden = new SshTunnel(settings, "forbidden.example", 5439);
    tunnels.add(forbidden);
    IOException no = assertThrows(IOException.class, forbidden::connect);
    assertEquals(Part.USER, ((SshFailure) no.getCause()).part());
    ssh.allow("localhost", 1);
    SshTunnel closed = new SshTunnel(settings, "localhost", 1);
    tunnels.add(closed);
    IOException refused = assertThrows(IOException.class, closed::connect);
    SshFailure failure = (SshFailure) refused.getCause();
    assertEquals(Part.DESTINATION, failure.part());
    assertEquals(Fault.RETRY, failure.fault());
  }

  @Test
  void nothingIsAddedToTheProvidersOfTheWorker() {
    int before = Security.getProviders().length;
    assertCarries(byKey(KEYS.get(SshKeyType.ED25519).privateKey(SshKeyForm.PKCS8, null), null));
    assertEquals(before, Security.getProviders().length);
  }
}
