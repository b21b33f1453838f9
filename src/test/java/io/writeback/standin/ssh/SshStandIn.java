package io.writeback.standin.ssh;

import io.writeback.standin.Options;
import io.writeback.standin.StandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.apache.sshd.server.forward.ForwardingFilter;

/**
 * An SSH server for tunnels: password and public key login, TCP forwarding to named destinations,
 * no shell. Its host keys are made when it starts.
 */
public final class SshStandIn implements StandIn {
  private static final String HOST = "127.0.0.1";
  private static final Set<String> OPTIONS =
      Set.of("port", "user", "password", "authorized-keys", "allow");

  /**
   * How to start.
   *
   * @param port 0 for any free port
   * @param password null if passwords are not accepted
   * @param allowed where tunnels may end; more can be allowed later
   */
  public record Settings(
      int port,
      String user,
      String password,
      List<PublicKey> authorizedKeys,
      List<Destination> allowed) {
    public Settings {
      authorizedKeys = List.copyOf(authorizedKeys);
      allowed = List.copyOf(allowed);
    }

    /** User {@code tunnel} with password {@code open sesame}. */
    public static Settings standard() {
      return new Settings(0, "tunnel", "open sesame", List.of(), List.of());
    }

    public Settings withPort(int newPort) {
      return new Settings(newPort, user, password, authorizedKeys, allowed);
    }

    public Settings withPassword(String newPassword) {
      return new Settings(port, user, newPassword, authorizedKeys, allowed);
    }

    public Settings withAuthorizedKeys(PublicKey... keys) {
      return new Settings(port, user, password, List.of(keys), allowed);
    }

    public Settings withAllowed(Destination... destinations) {
      return new Settings(port, user, password, authorizedKeys, List.of(destinations));
    }
  }

  private final Settings settings;
  private final HostKeys hostKeys = new HostKeys();
  private final Tunnels tunnels = new Tunnels();
  private final SshServer server = SshServer.setUpDefaultServer();
  private final SshFaults faults = new SshFaults(server, tunnels, hostKeys);

  private SshStandIn(Settings settings) {
    this.settings = settings;
    settings.allowed().forEach(tunnels::allow);
  }

  /**
   * Starts.
   *
   * @throws UncheckedIOException in words, if the port is in use
   */
  public static SshStandIn start(Settings settings) {
    SshStandIn standIn = new SshStandIn(settings);
    try {
      standIn.listen();
      return standIn;
    } catch (BindException e) {
      standIn.tunnels.close();
      throw new UncheckedIOException("port " + settings.port() + " for ssh is in use", e);
    } catch (IOException e) {
      standIn.tunnels.close();
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private void listen() throws IOException {
    server.setHost(HOST);
    server.setPort(settings.port());
    server.setKeyPairProvider(hostKeys);
    server.setPasswordAuthenticator(
        settings.password() == null
            ? null
            : (user, password, session) ->
                !faults.rejectsLogins()
                    && user.equals(settings.user())
                    && password.equals(settings.password()));
    server.setPublickeyAuthenticator(
        (user, key, session) ->
            !faults.rejectsLogins()
                && user.equals(settings.user())
                && settings.authorizedKeys().stream()
                    .anyMatch(authorized -> KeyUtils.compareKeys(authorized, key)));
    // Nothing else, such as keyboard-interactive, which would ask for the password too.
    server.setUserAuthFactories(
        settings.password() == null
            ? List.of(UserAuthPublicKeyFactory.INSTANCE)
            : List.of(UserAuthPublicKeyFactory.INSTANCE, UserAuthPasswordFactory.INSTANCE));
    server.setChannelFactories(List.of(new TunnelChannel.Factory(tunnels)));
    server.setForwardingFilter(
        ForwardingFilter.asForwardingFilter(null, null, new TunnelChannel.Filter(tunnels)));
    server.addSessionListener(new Doorkeeper());
    // Tunnels of a pipeline may be silent for hours; the client decides when to give up.
    CoreModuleProperties.IDLE_TIMEOUT.set(server, Duration.ZERO);
    server.start();
  }

  /** Refuses connections when told to, before the server has said its version. */
  private final class Doorkeeper implements SessionListener {
    @Override
    public void sessionEstablished(Session session) {
      if (faults.refusesConnections()) {
        session.getIoSession().close(true);
      }
    }
  }

  /** Such as {@code ssh://127.0.0.1:2222}. */
  @Override
  public URI endpoint() {
    return URI.create("ssh://" + HOST + ":" + port());
  }

  public int port() {
    return server.getPort();
  }

  public Settings settings() {
    return settings;
  }

  /** What can go wrong, at the caller's word. */
  public SshFaults faults() {
    return faults;
  }

  /** Lets tunnels end there from now on. */
  public void allow(String host, int port) {
    tunnels.allow(new Destination(host, port));
  }

  /** Lets tunnels end at a port of this machine, under a name that only this server resolves. */
  public void allowPrivate(String name, int port, int localPort) {
    tunnels.allow(new Destination(name, port), new Destination("localhost", localPort));
  }

  /** Fingerprints such as {@code SHA256:…} of each host key: Ed25519, ECDSA, RSA. */
  public List<String> hostKeyFingerprints() {
    return hostKeys.fingerprints();
  }

  /** Lines for a known_hosts file, one for each host key. */
  public String knownHostsLine() {
    return hostKeys.knownHosts(HOST, port());
  }

  /** Connections open now, logged in or not. */
  public int openSessions() {
    return server.getActiveSessions().size();
  }

  public int openTunnels() {
    return tunnels.count();
  }

  /** Tunnels ever opened. */
  public long tunnelsOpened() {
    return tunnels.opened();
  }

  /** Bytes forwarded so far in both directions. */
  public long forwardedBytes() {
    return tunnels.forwardedBytes();
  }

  @Override
  public void close() {
    tunnels.close();
    try {
      server.stop(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs until it is interrupted. Options: {@code --port} (0), {@code --user} (tunnel), {@code
   * --password} (open sesame), {@code --authorized-keys} (a file in OpenSSH's form), {@code
   * --allow} (host:port where tunnels may end; several with commas).
   */
  public static void main(String[] args) {
    Options.main(args, OPTIONS, SshStandIn::run);
  }

  private static void run(Options options)
      throws IOException, GeneralSecurityException, InterruptedException {
    Settings standard = Settings.standard();
    List<PublicKey> keys = new ArrayList<>();
    if (options.text("authorized-keys").isPresent()) {
      Path file = Path.of(options.text("authorized-keys").get());
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException("cannot read " + file);
      }
      for (AuthorizedKeyEntry entry : AuthorizedKeyEntry.readAuthorizedKeys(file)) {
        keys.add(entry.resolvePublicKey(null, PublicKeyEntryResolver.FAILING));
      }
    }
    List<Destination> allowed =
        options
            .text("allow")
            .map(list -> List.of(list.split(",", -1)).stream().map(Destination::parse).toList())
            .orElse(List.of());
    Settings settings =
        new Settings(
            Math.toIntExact(options.number("port", 0)),
            options.text("user").orElse(standard.user()),
            options.text("password").orElse(standard.password()),
            keys,
            allowed);
    SshStandIn ssh = start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(ssh::close, "ssh-close"));
    System.out.println("ssh  " + ssh.endpoint() + "  user " + settings.user());
    ssh.hostKeyFingerprints().forEach(f -> System.out.println("ssh  host key " + f));
    System.out.println(ssh.knownHostsLine());
    new CountDownLatch(1).await();
  }
}
