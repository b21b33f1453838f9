package io.writeback.standin.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import net.schmizz.concurrent.Promise;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.ConnectionException;
import net.schmizz.sshj.connection.channel.OpenFailException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import net.schmizz.sshj.connection.channel.direct.LocalPortForwarder;
import net.schmizz.sshj.connection.channel.direct.Parameters;
import net.schmizz.sshj.transport.verification.PromiscuousVerifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Forwarding through the real sshj client to an echo server. */
@Timeout(10)
class SshTunnelTest {
  private final EchoServer echo = new EchoServer();
  private final SshStandIn ssh = SshStandIn.start(SshStandIn.Settings.standard());
  private final SSHClient client = new SSHClient();

  @BeforeEach
  void connect() throws IOException {
    ssh.allow("localhost", echo.port());
    client.addHostKeyVerifier(new PromiscuousVerifier());
    client.connect("127.0.0.1", ssh.port());
    client.authPassword("tunnel", "open sesame");
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    ssh.close();
    echo.close();
  }

  private DirectConnection tunnel() throws IOException {
    return client.newDirectConnection("localhost", echo.port());
  }

  private static void send(DirectConnection tunnel, String text) throws IOException {
    tunnel.getOutputStream().write(text.getBytes(UTF_8));
    tunnel.getOutputStream().flush();
  }

  private static String receive(DirectConnection tunnel, int bytes) throws IOException {
    // Not readNBytes(int): it ends with a read of no bytes, for which sshj 0.40.0 waits.
    byte[] received = new byte[bytes];
    int count = tunnel.getInputStream().readNBytes(received, 0, bytes);
    return new String(received, 0, count, UTF_8);
  }

  @Test
  void bytesGoThereAndBackAndAreCounted() throws IOException {
    DirectConnection tunnel = tunnel();
    send(tunnel, "hello");
    assertEquals("hello", receive(tunnel, 5));
    assertEquals(10, ssh.forwardedBytes());
    assertEquals(1, ssh.openTunnels());
    assertEquals(1, ssh.openSessions());
    tunnel.close();
    Await.until(() -> ssh.openTunnels() == 0);
    assertEquals(1, ssh.tunnelsOpened());
  }

  @Test
  void aLocalPortCarriesMegabytesAndAHalfClose() throws Exception {
    byte[] sent = new byte[3_000_000];
    new java.util.Random(1).nextBytes(sent);
    try (ServerSocket local = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Parameters parameters =
          new Parameters("127.0.0.1", local.getLocalPort(), "localhost", echo.port());
      LocalPortForwarder forwarder = client.newLocalPortForwarder(parameters, local);
      Thread thread =
          new Thread(
              () -> {
                try {
                  forwarder.listen();
                } catch (IOException closed) {
                  // The test is over.
                }
              });
      thread.setDaemon(true);
      thread.start();
      try (Socket socket = new Socket()) {
        socket.connect(local.getLocalSocketAddress(), 5000);
        socket.setSoTimeout(20_000);
        Thread writer =
            new Thread(
                () -> {
                  try {
                    socket.getOutputStream().write(sent);
                    socket.shutdownOutput();
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
        writer.start();
        InputStream in = socket.getInputStream();
        assertArrayEquals(sent, in.readNBytes(sent.length));
        writer.join();
      } finally {
        forwarder.close();
      }
    }
    assertEquals(2L * sent.length, ssh.forwardedBytes());
  }

  @Test
  void onlyNamedDestinationsAndOnlyThoseThatListen() throws IOException {
    OpenFailException elsewhere =
        assertThrows(
            OpenFailException.class, () -> client.newDirectConnection("127.0.0.1", echo.port()));
    assertEquals(OpenFailException.Reason.ADMINISTRATIVELY_PROHIBITED, elsewhere.getReason());
    ssh.allow("localhost", 1);
    OpenFailException closed =
        assertThrows(OpenFailException.class, () -> client.newDirectConnection("localhost", 1));
    assertEquals(OpenFailException.Reason.CONNECT_FAILED, closed.getReason());
    assertThrows(ConnectionException.class, () -> client.startSession().allocateDefaultPTY());
  }

  @Test
  void droppedTunnelsEndTheStreamAndTheConnectionLivesOn() throws IOException {
    DirectConnection tunnel = tunnel();
    send(tunnel, "a");
    assertEquals("a", receive(tunnel, 1));
    ssh.faults().dropTunnels();
    assertEquals(-1, tunnel.getInputStream().read());
    assertTrue(client.isConnected());
    DirectConnection second = tunnel();
    send(second, "b");
    assertEquals("b", receive(second, 1));
  }

  @Test
  void droppedSessionsAreSeenByTheClient() throws IOException {
    DirectConnection tunnel = tunnel();
    send(tunnel, "a");
    assertEquals("a", receive(tunnel, 1));
    ssh.faults().dropSessions();
    Await.until(() -> !client.isConnected());
    assertThrows(IOException.class, () -> send(tunnel, "b"));
    Await.until(() -> ssh.openSessions() == 0);
    assertEquals(0, ssh.openTunnels());
  }

  @Test
  void aStalledTunnelIsSilentUntilItIsLetGo() throws Exception {
    DirectConnection tunnel = tunnel();
    ssh.faults().stallForwarding(true);
    send(tunnel, "held");
    assertEquals(0, tunnel.getInputStream().available());
    assertEquals(0, ssh.forwardedBytes());
    ssh.faults().stallForwarding(false);
    assertEquals("held", receive(tunnel, 4));
  }

  @Test
  void aTunnelEndsAfterSoManyBytes() throws IOException {
    DirectConnection tunnel = tunnel();
    ssh.faults().closeTunnelAfter(10);
    send(tunnel, "12345");
    assertEquals("12345", receive(tunnel, 5));
    send(tunnel, "6");
    assertEquals(-1, tunnel.getInputStream().read());
    assertEquals(10, ssh.forwardedBytes());
  }

  @Test
  void refusedConnectionsEndBeforeAWord() throws IOException {
    ssh.faults().refuseConnections(true);
    try (SSHClient second = new SSHClient()) {
      second.addHostKeyVerifier(new PromiscuousVerifier());
      assertThrows(IOException.class, () -> second.connect("127.0.0.1", ssh.port()));
      ssh.faults().refuseConnections(false);
    }
    try (SSHClient third = new SSHClient()) {
      third.addHostKeyVerifier(new PromiscuousVerifier());
      third.connect("127.0.0.1", ssh.port());
    }
  }

  @Test
  void aKeepaliveIsAnswered() throws Exception {
    Promise<SSHPacket, ConnectionException> answer =
        client.getConnection().sendGlobalRequest("keepalive@openssh.com", true, new byte[0]);
    // This server answers with a success, OpenSSH with a failure; either proves life.
    assertNotNull(answer.retrieve(10, TimeUnit.SECONDS));
  }
}
