package io.writeback.standin.ssh;

import java.io.IOException;
import java.net.InetAddress;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.net.SshdSocketAddress;
import org.apache.sshd.common.util.threads.ThreadUtils;
import org.apache.sshd.server.forward.TcpForwardingFilter;
import org.apache.sshd.server.forward.TcpipServerChannel;

/** A direct-tcpip channel (RFC 4254 section 7.2) that goes through a relay. */
final class TunnelChannel extends TcpipServerChannel {
  private final Tunnels tunnels;

  private TunnelChannel(Tunnels tunnels) {
    super(TcpForwardingFilter.Type.Direct, ThreadUtils.noClose(null));
    this.tunnels = tunnels;
  }

  /** Makes the channels that clients open. */
  static final class Factory extends TcpipServerChannel.TcpipFactory {
    private final Tunnels tunnels;

    Factory(Tunnels tunnels) {
      super(TcpForwardingFilter.Type.Direct);
      this.tunnels = tunnels;
    }

    @Override
    public Channel createChannel(Session session) {
      return new TunnelChannel(tunnels);
    }
  }

  /**
   * Judges by the relay's address too: a destination that is not allowed, or cannot be reached, is
   * left as it is, so that the client gets the refusal that sshd gives.
   */
  static final class Filter implements TcpForwardingFilter {
    private final Tunnels tunnels;

    Filter(Tunnels tunnels) {
      this.tunnels = tunnels;
    }

    @Override
    public boolean canListen(SshdSocketAddress address, Session session) {
      return false;
    }

    @Override
    public boolean canConnect(Type type, SshdSocketAddress address, Session session) {
      Destination destination = new Destination(address.getHostName(), address.getPort());
      return tunnels.allows(destination) || tunnels.isRelay(destination);
    }
  }

  @Override
  protected OpenFuture doInit(Buffer asked) {
    Destination destination = new Destination(asked.getString(), asked.getInt());
    String originator = asked.getString();
    int originatorPort = asked.getInt();
    if (tunnels.allows(destination)) {
      try {
        int relay = tunnels.open(destination);
        return super.doInit(
            request(
                InetAddress.getLoopbackAddress().getHostAddress(),
                relay,
                originator,
                originatorPort));
      } catch (IOException unreachable) {
        log.debug("cannot reach {}", destination, unreachable);
      }
    }
    return super.doInit(
        request(destination.host(), destination.port(), originator, originatorPort));
  }

  private static Buffer request(String host, int port, String originator, int originatorPort) {
    Buffer buffer = new ByteArrayBuffer();
    buffer.putString(host);
    buffer.putUInt(port);
    buffer.putString(originator);
    buffer.putUInt(originatorPort);
    return buffer;
  }
}
