package io.writeback.redshift.ssh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/**
 * Hands the database driver sockets that are connected already, through a tunnel. The driver makes
 * factories by name and argument (properties {@code socketFactory} and {@code socketFactoryArg}),
 * so a tunnel is found by its id. Its URL keeps the real host, which is what {@code verify-full}
 * compares the certificate with.
 */
public final class TunnelSocketFactory extends SocketFactory {
  private final String tunnel;

  public TunnelSocketFactory(String tunnel) {
    this.tunnel = tunnel;
  }

  @Override
  public Socket createSocket() throws IOException {
    return SshTunnel.withId(tunnel).connect();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return createSocket();
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return createSocket();
  }
}
