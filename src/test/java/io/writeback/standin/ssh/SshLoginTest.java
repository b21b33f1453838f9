package io.writeback.standin.ssh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.Await;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.transport.verification.OpenSSHKnownHosts;
import net.schmizz.sshj.transport.verification.PromiscuousVerifier;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.password.PasswordUtils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Logging in with the real sshj client. */
@Timeout(30)
class SshLoginTest {
  private static final Map<SshKeyType, SshKeys> KEYS = new EnumMap<>(SshKeyType.class);
  private static SshStandIn ssh;

  @TempDir Path directory;

  @BeforeAll
  static void start() {
    for (SshKeyType type : SshKeyType.values()) {
      KEYS.put(type, SshKeys.generate(type));
    }
    ssh =
        SshStandIn.start(
            SshStandIn.Settings.standard()
                .withAuthorizedKeys(
                    KEYS.values().stream()
                        .map(SshKeys::publicKey)
                        .toArray(java.security.PublicKey[]::new)));
  }

  @AfterAll
  static void stop() {
    ssh.close();
  }

  private static SSHClient connect() throws IOException {
    SSHClient client = new SSHClient();
    client.addHostKeyVerifier(new PromiscuousVerifier());
    client.connect("127.0.0.1", ssh.port());
    return client;
  }

  @Test
  void thePasswordOpensAndAnotherDoesNot() throws IOException {
    try (SSHClient client = connect()) {
      client.authPassword("tunnel", "open sesame");
      assertTrue(client.isAuthenticated());
    }
    try (SSHClient client = connect()) {
      assertThrows(UserAuthException.class, () -> client.authPassword("tunnel", "wrong"));
    }
    // RFC 4252 section 5: a server may disconnect when the user changes, so this is a new
    // connection.
    try (SSHClient client = connect()) {
      assertThrows(UserAuthException.class, () -> client.authPassword("root", "open sesame"));
    }
    Await.until(() -> ssh.openSessions() == 0);
  }

  static List<Arguments> keyFiles() {
    List<Arguments> files = new ArrayList<>();
    for (SshKeyType type : SshKeyType.values()) {
      for (SshKeyForm form : SshKeyForm.values()) {
        // Ed25519 has no traditional form, and sshj 0.40.0 does not read it as PKCS#8.
        if (type == SshKeyType.ED25519 && form != SshKeyForm.OPENSSH) {
          continue;
        }
        files.add(Arguments.of(type, form, null));
        files.add(Arguments.of(type, form, "pass phrase"));
      }
    }
    return files;
  }

  @ParameterizedTest
  @MethodSource("keyFiles")
  void aKeyFileOfEachTypeAndForm(SshKeyType type, SshKeyForm form, String passphrase)
      throws IOException {
    Path file = KEYS.get(type).write(directory.resolve("key"), form, passphrase);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (SSHClient client = connect()) {
      client.authPublickey(
          "tunnel",
          passphrase == null
              ? client.loadKeys(file.toString())
              : client.loadKeys(
                  file.toString(), PasswordUtils.createOneOff(passphrase.toCharArray())));
      assertTrue(client.isAuthenticated());
    }
  }

  @Test
  void anEd25519KeyAsPkcs8IsReadByTheJdk() throws Exception {
    String pem = KEYS.get(SshKeyType.ED25519).privateKey(SshKeyForm.PKCS8, null);
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    var key =
        KeyFactory.getInstance("Ed25519", "SunEC").generatePrivate(new PKCS8EncodedKeySpec(der));
    assertEquals("PKCS#8", key.getFormat());
  }

  @Test
  void aKeyThatIsNotAuthorizedIsRefused() throws IOException {
    SshKeys stranger = SshKeys.generate(SshKeyType.ED25519);
    Path file = stranger.write(directory.resolve("key"), SshKeyForm.OPENSSH, null);
    try (SSHClient client = connect()) {
      assertThrows(
          UserAuthException.class,
          () -> client.authPublickey("tunnel", client.loadKeys(file.toString())));
    }
  }

  @Test
  void everyLoginCanBeRejected() throws IOException {
    ssh.faults().rejectLogins(true);
    try (SSHClient client = connect()) {
      assertThrows(UserAuthException.class, () -> client.authPassword("tunnel", "open sesame"));
    } finally {
      ssh.faults().rejectLogins(false);
    }
  }

  @Test
  void theHostKeyIsVerifiedByKnownHostsAndByEachFingerprint() throws IOException {
    try (SSHClient client = new SSHClient()) {
      client.addHostKeyVerifier(new OpenSSHKnownHosts(new StringReader(ssh.knownHostsLine())));
      client.connect("127.0.0.1", ssh.port());
    }
    assertEquals(3, ssh.hostKeyFingerprints().size());
    long matching = ssh.hostKeyFingerprints().stream().filter(SshLoginTest::accepts).count();
    assertEquals(1, matching, "the one that was negotiated");
  }

  private static boolean accepts(String fingerprint) {
    try (SSHClient client = new SSHClient()) {
      client.addHostKeyVerifier(fingerprint);
      client.connect("127.0.0.1", ssh.port());
      return true;
    } catch (TransportException refused) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aChangedHostKeyIsNoticed() throws IOException {
    try (SshStandIn other = SshStandIn.start(SshStandIn.Settings.standard());
        SSHClient client = new SSHClient()) {
      String before = other.knownHostsLine();
      assertEquals(before, other.knownHostsLine(), "stable while it runs");
      other.faults().changeHostKeys();
      client.addHostKeyVerifier(new OpenSSHKnownHosts(new StringReader(before)));
      assertThrows(TransportException.class, () -> client.connect("127.0.0.1", other.port()));
    }
  }

  @Test
  void withoutAPasswordOnlyKeysAreOffered() throws IOException {
    try (SshStandIn keysOnly = SshStandIn.start(SshStandIn.Settings.standard().withPassword(null));
        SSHClient client = new SSHClient()) {
      client.addHostKeyVerifier(new PromiscuousVerifier());
      client.connect("127.0.0.1", keysOnly.port());
      assertThrows(UserAuthException.class, () -> client.authPassword("tunnel", "open sesame"));
      assertEquals(List.of("publickey"), List.copyOf(allowed(client)));
    }
  }

  private static java.util.Collection<String> allowed(SSHClient client) {
    List<String> methods = new ArrayList<>();
    client.getUserAuth().getAllowedMethods().forEach(methods::add);
    return methods;
  }

  @Test
  void aPortInUseIsToldInWords() {
    UncheckedIOException taken =
        assertThrows(
            UncheckedIOException.class,
            () -> SshStandIn.start(SshStandIn.Settings.standard().withPort(ssh.port())));
    assertTrue(taken.getMessage().contains("in use"), taken.getMessage());
  }
}
