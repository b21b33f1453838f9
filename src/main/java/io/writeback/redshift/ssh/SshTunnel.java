package io.writeback.redshift.ssh;

import io.writeback.redshift.ssh.SshFailure.Part;
import io.writeback.retry.Fault;
import java.io.IOException;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.keepalive.KeepAliveRunner;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SecurityUtils;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.method.AuthMethod;
import net.schmizz.sshj.userauth.method.AuthPassword;
import net.schmizz.sshj.userauth.method.AuthPublickey;
import net.schmizz.sshj.userauth.password.PasswordUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One SSH connection that carries any number of connections to one destination. It is made when it
 * is needed, and made again when it has died, which keepalive messages find out. Safe for use by
 * many threads.
 */
public final class SshTunnel implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SshTunnel.class);
  private static final Map<String, SshTunnel> ALL = new ConcurrentHashMap<>();

  /** Keepalives without an answer after which the connection is given up. */
  private static final int MISSED = 3;

  static {
    // sshj would add Bouncy Castle to the providers of the whole worker. Java 17 has all it needs.
    SecurityUtils.setRegisterBouncyCastle(false);
  }

  private final String id = UUID.randomUUID().toString();
  private final SshSettings settings;
  private final String host;
  private final int port;
  private SSHClient client;
  private int connections;
  private boolean closed;

  /**
   * A tunnel; nothing is connected yet.
   *
   * @param host where it ends, as the SSH server knows it
   */
  public SshTunnel(SshSettings settings, String host, int port) {
    this.settings = settings;
    this.host = host;
    this.port = port;
    ALL.put(id, this);
  }

  /** What {@link TunnelSocketFactory} finds it by. */
  public String id() {
    return id;
  }

  static SshTunnel withId(String id) throws IOException {
    SshTunnel tunnel = ALL.get(id);
    if (tunnel == null) {
      throw new IOException("the tunnel is closed");
    }
    return tunnel;
  }

  /**
   * Makes the SSH connection, unless there is one that lives.
   *
   * @throws SshFailure with the part of the configuration to look at
   */
  public void open() {
    SSHClient unused = client();
  }

  /** A new connection to the destination. */
  Socket connect() throws IOException {
    try {
      return Relay.socket(channel(), "writeback-ssh-" + settings.host());
    } catch (OpenFailException e) {
      throw new IOException("no connection through the tunnel", refused(e));
    } catch (SshFailure e) {
      throw new IOException("no tunnel", e);
    }
  }

  /** A dead connection may be found out only when it is used. */
  private DirectConnection channel() throws IOException {
    SSHClient used = client();
    try {
      return used.newDirectConnection(host, port);
    } catch (OpenFailException e) {
      throw e;
    } catch (IOException e) {
      LOG.debug("The connection to {} was dead: {}", settings, e.getMessage());
      forget(used);
      return client().newDirectConnection(host, port);
    }
  }

  private synchronized void forget(SSHClient dead) {
    if (client == dead) {
      disconnect();
    }
  }

  private SshFailure refused(OpenFailException e) {
    String what = settings + " does not connect to " + host + ":" + port + ": " + e.getMessage();
    return e.getReason() == OpenFailException.Reason.ADMINISTRATIVELY_PROHIBITED
        ? SshFailure.configuration(
            Part.USER,
            what + ". Allow the user to forward there (AllowTcpForwarding, PermitOpen)",
            e)
        : new SshFailure(Fault.RETRY, Part.DESTINATION, what, e);
  }

  private synchronized SSHClient client() {
    if (closed) {
      throw new SshFailure(Fault.RETRY, Part.HOST, "the tunnel is closed", null);
    }
    if (client == null || !client.isConnected() || !client.isAuthenticated()) {
      if (client != null) {
        LOG.info("The connection to {} is lost, making a new one", settings);
        disconnect();
      }
      client = connected();
    }
    return client;
  }

  private SSHClient connected() {
    DefaultConfig config = new DefaultConfig();
    config.setKeepAliveProvider(KeepAliveProvider.KEEP_ALIVE);
    SSHClient fresh = new SSHClient(config);
    boolean good = false;
    try {
      List<AuthMethod> methods = methods(fresh);
      HostKeyCheck hostKey = HostKeyCheck.of(settings);
      fresh.addHostKeyVerifier(hostKey);
      fresh.setConnectTimeout((int) settings.connectTimeoutMs());
      fresh.setTimeout((int) settings.connectTimeoutMs());
      fresh.getTransport().setTimeoutMs((int) settings.connectTimeoutMs());
      fresh.getConnection().setTimeoutMs((int) settings.connectTimeoutMs());
      keepAlive(fresh);
      reach(fresh, hostKey);
      logIn(fresh, methods);
      good = true;
      connections++;
      LOG.info("Connected to {}{}", settings, connections > 1 ? " again" : "");
      return fresh;
    } finally {
      if (!good) {
        close(fresh);
      }
    }
  }

  private List<AuthMethod> methods(SSHClient fresh) {
    List<AuthMethod> methods = new ArrayList<>();
    settings
        .privateKey()
        .ifPresent(
            text -> {
              KeyProvider key = PrivateKeyText.read(fresh, text, settings.passphrase());
              methods.add(new AuthPublickey(key));
            });
    settings
        .password()
        .ifPresent(
            word -> methods.add(new AuthPassword(PasswordUtils.createOneOff(word.toCharArray()))));
    return methods;
  }

  private void reach(SSHClient fresh, HostKeyCheck hostKey) {
    try {
      fresh.connect(settings.host(), settings.port());
    } catch (UnknownHostException e) {
      throw SshFailure.configuration(Part.HOST, "host " + settings.host() + " is not known", e);
    } catch (IOException e) {
      if (hostKey.refused().isPresent()) {
        throw SshFailure.configuration(
            Part.HOST_KEY,
            settings
                + " presents the host key "
                + hostKey.refused().get()
                + ", which is not one that is expected. If it is the right machine (ask whoever runs"
                + " it, or compare with ssh-keyscan from a trusted place), expect this key",
            e);
      }
      throw new SshFailure(
          Fault.RETRY, Part.HOST, "cannot connect to " + settings + ": " + e.getMessage(), e);
    }
  }

  private void logIn(SSHClient fresh, List<AuthMethod> methods) {
    try {
      fresh.auth(settings.user(), methods);
    } catch (UserAuthException e) {
      throw SshFailure.configuration(
          settings.privateKey().isPresent() ? Part.PRIVATE_KEY : Part.PASSWORD,
          settings
              + " does not let the user in with "
              + (settings.privateKey().isPresent() ? "the private key" : "the password")
              + (settings.privateKey().isPresent() && settings.password().isPresent()
                  ? ", nor with the password"
                  : "")
              + ": "
              + e.getMessage(),
          e);
    } catch (IOException e) {
      throw new SshFailure(
          Fault.RETRY, Part.HOST, "cannot log in to " + settings + ": " + e.getMessage(), e);
    }
  }

  /** Before it connects: that is when sshj looks whether there is an interval. */
  private void keepAlive(SSHClient fresh) {
    KeepAliveRunner runner = (KeepAliveRunner) fresh.getConnection().getKeepAlive();
    runner.setMaxAliveCount(MISSED);
    runner.setKeepAliveInterval((int) Math.max(1, settings.keepaliveMs() / 1000));
  }

  private void disconnect() {
    SSHClient old = client;
    client = null;
    if (old != null) {
      close(old);
    }
  }

  private static void close(SSHClient old) {
    try {
      old.close();
    } catch (IOException e) {
      LOG.debug("Closing an SSH connection: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    ALL.remove(id);
    synchronized (this) {
      closed = true;
      disconnect();
    }
  }
}
