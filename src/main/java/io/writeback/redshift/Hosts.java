package io.writeback.redshift;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/** Host names. */
final class Hosts {
  private Hosts() {}

  /** The name of this machine, for the owner column of control tables. */
  static String local() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Whether a host is this machine, so that nobody can listen in between. */
  static boolean loopback(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.equals("::1")
        || name.equals("[::1]")
        || name.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }
}
