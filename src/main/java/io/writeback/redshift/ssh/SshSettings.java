package io.writeback.redshift.ssh;

import java.util.List;
import java.util.Optional;

/**
 * How to reach an SSH server, as whom, and how it proves who it is. Times in ms.
 *
 * @param privateKey text of a private key, in OpenSSH's form or as PEM
 * @param passphrase of the private key
 * @param knownHosts lines of a known_hosts file
 * @param fingerprints of keys that the server may have, such as {@code SHA256:…}
 * @param keepaliveMs interval of the messages that keep the connection alive and find it dead
 */
public record SshSettings(
    String host,
    int port,
    String user,
    Optional<String> password,
    Optional<String> privateKey,
    Optional<String> passphrase,
    Optional<String> knownHosts,
    List<String> fingerprints,
    long keepaliveMs,
    long connectTimeoutMs) {
  public SshSettings {
    fingerprints = List.copyOf(fingerprints);
  }

  @Override
  public String toString() {
    return "ssh://" + user + "@" + host + ":" + port;
  }
}
