package io.writeback.redshift.ssh;

import java.io.IOException;
import java.io.StringReader;
import java.security.PublicKey;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;
import net.schmizz.sshj.transport.verification.OpenSSHKnownHosts;

/**
 * Takes a server for the right one if its key has one of the fingerprints, or is in known_hosts.
 * Remembers a key that it refused, for the message.
 */
final class HostKeyCheck implements HostKeyVerifier {
  private final List<String> fingerprints;
  private final Optional<OpenSSHKnownHosts> knownHosts;
  private volatile String refused;

  private HostKeyCheck(List<String> fingerprints, Optional<OpenSSHKnownHosts> knownHosts) {
    this.fingerprints = fingerprints;
    this.knownHosts = knownHosts;
  }

  static HostKeyCheck of(SshSettings settings) {
    try {
      return new HostKeyCheck(
          settings.fingerprints(),
          settings.knownHosts().isPresent()
              ? Optional.of(new OpenSSHKnownHosts(new StringReader(settings.knownHosts().get())))
              : Optional.empty());
    } catch (IOException e) {
      throw SshFailure.configuration(
          SshFailure.Part.HOST_KEY,
          "the known hosts cannot be read, expected lines as ssh-keyscan prints them: "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public boolean verify(String host, int port, PublicKey key) {
    String found = fingerprint(key);
    boolean known =
        fingerprints.stream().map(HostKeyCheck::unpadded).anyMatch(found::equals)
            || knownHosts.filter(hosts -> hosts.verify(host, port, key)).isPresent();
    if (!known) {
      refused = KeyType.fromKey(key) + " " + found;
    }
    return known;
  }

  @Override
  public List<String> findExistingAlgorithms(String host, int port) {
    return knownHosts.map(hosts -> hosts.findExistingAlgorithms(host, port)).orElse(List.of());
  }

  /** Type and fingerprint of a key that was refused. */
  Optional<String> refused() {
    return Optional.ofNullable(refused);
  }

  /** As ssh-keygen -l prints it. */
  private static String fingerprint(PublicKey key) {
    byte[] encoded = new Buffer.PlainBuffer().putPublicKey(key).getCompactData();
    return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(Sha256.of(encoded));
  }

  private static String unpadded(String fingerprint) {
    return fingerprint.trim().replaceAll("=+$", "");
  }
}
