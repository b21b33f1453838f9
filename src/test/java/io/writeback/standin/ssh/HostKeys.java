package io.writeback.standin.ssh;

import java.security.KeyPair;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.SessionContext;

/** The host's keys, which can change while it runs, as after a reinstallation. */
final class HostKeys implements KeyPairProvider {
  private volatile List<SshKeys> keys;

  HostKeys() {
    change();
  }

  void change() {
    keys =
        Stream.of(SshKeyType.ED25519, SshKeyType.ECDSA, SshKeyType.RSA)
            .map(SshKeys::generate)
            .toList();
  }

  List<String> fingerprints() {
    return keys.stream().map(SshKeys::fingerprint).toList();
  }

  /** Lines of a known_hosts file, one for each key (sshd manual, SSH_KNOWN_HOSTS FILE FORMAT). */
  String knownHosts(String host, int port) {
    return keys.stream()
        .map(key -> "[" + host + "]:" + port + " " + key.authorizedKey())
        .collect(Collectors.joining("\n"));
  }

  @Override
  public Iterable<KeyPair> loadKeys(SessionContext session) {
    return keys.stream().map(SshKeys::pair).toList();
  }
}
