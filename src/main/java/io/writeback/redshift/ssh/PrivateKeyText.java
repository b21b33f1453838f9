package io.writeback.redshift.ssh;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.keyprovider.KeyPairWrapper;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.password.PasswordFinder;
import net.schmizz.sshj.userauth.password.PasswordUtils;

/**
 * A private key as users paste it: OpenSSH's form (what ssh-keygen writes), or PEM as PKCS#1, SEC 1
 * and PKCS#8, with a passphrase or without.
 */
final class PrivateKeyText {
  private static final String OPENSSH = "OPENSSH PRIVATE KEY";
  private static final String ENCRYPTED_PKCS8 = "ENCRYPTED PRIVATE KEY";
  private static final String PKCS8 = "PRIVATE KEY";

  private PrivateKeyText() {}

  /**
   * Reads a key.
   *
   * @throws SshFailure saying whether text or passphrase is wrong, and never what they are
   */
  static KeyProvider read(SSHClient client, String text, Optional<String> passphrase) {
    String key = text.trim() + "\n";
    if (!key.startsWith("-----BEGIN ")) {
      throw SshFailure.configuration(
          SshFailure.Part.PRIVATE_KEY,
          "expected a private key that begins with -----BEGIN, in OpenSSH's form or as PEM; line"
              + " breaks have to be kept",
          null);
    }
    try {
      Pem pem = Pem.of(key);
      boolean encrypted = encrypted(pem);
      if (encrypted && passphrase.isEmpty()) {
        throw SshFailure.configuration(
            SshFailure.Part.PASSPHRASE,
            "the private key is encrypted: its passphrase is missing",
            null);
      }
      return pem.label().equals(OPENSSH)
          ? openSsh(client, pem, passphrase)
          : plain(client, encrypted ? decrypted(pem, passphrase.get()) : pem);
    } catch (SshFailure e) {
      throw e;
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      throw unreadable(e);
    }
  }

  private static boolean encrypted(Pem pem) {
    return pem.label().equals(OPENSSH)
        ? !OpenSshKey.isPlain(pem.body())
        : pem.encrypted() || pem.label().equals(ENCRYPTED_PKCS8);
  }

  private static KeyProvider openSsh(SSHClient client, Pem pem, Optional<String> passphrase)
      throws IOException {
    boolean plain = OpenSshKey.isPlain(pem.body());
    PasswordFinder finder =
        plain ? null : PasswordUtils.createOneOff(passphrase.orElse("").toCharArray());
    try {
      return read(client.loadKeys(pem.text(), null, finder));
    } catch (IOException | RuntimeException e) {
      throw plain ? unreadable(e) : undecryptable(e);
    }
  }

  private static Pem decrypted(Pem pem, String passphrase) {
    try {
      return pem.encrypted()
          ? pem.decrypted(passphrase)
          : new Pem(PKCS8, "", new byte[0], Pkcs8.decrypt(pem.body(), passphrase));
    } catch (IOException | GeneralSecurityException e) {
      throw undecryptable(e);
    }
  }

  private static KeyProvider plain(SSHClient client, Pem pem)
      throws IOException, GeneralSecurityException {
    // sshj believes every length that it reads, and asks for that much memory.
    pem.check();
    // sshj 0.40 reads RSA and EC keys in PKCS#8, and no Ed25519 keys.
    return pem.label().equals(PKCS8) && Pkcs8.isEd25519(pem.body())
        ? new KeyPairWrapper(Pkcs8.ed25519(pem.body()))
        : read(client.loadKeys(pem.text(), null, null));
  }

  /** Reads it now, so that what is wrong with it is found here. */
  private static KeyProvider read(KeyProvider provider) throws IOException {
    provider.getPrivate();
    provider.getPublic();
    return provider;
  }

  private static SshFailure undecryptable(Exception e) {
    return SshFailure.configuration(
        SshFailure.Part.PASSPHRASE, "the private key cannot be decrypted with the passphrase", e);
  }

  private static SshFailure unreadable(Exception e) {
    return SshFailure.configuration(
        SshFailure.Part.PRIVATE_KEY,
        "the private key cannot be read ("
            + e.getClass().getSimpleName()
            + "); expected RSA, ECDSA or Ed25519 in OpenSSH's form or as PEM",
        e);
  }
}
