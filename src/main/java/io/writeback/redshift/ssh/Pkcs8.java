package io.writeback.redshift.ssh;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Private keys in PKCS#8 (RFC 5958), plain and encrypted by a passphrase (RFC 8018, PBES2). */
final class Pkcs8 {
  /** The algorithm identifier of Ed25519 (RFC 8410, section 3): a sequence of OID 1.3.101.112. */
  private static final byte[] ED25519 = HexFormat.of().parseHex("300506032b6570");

  private Pkcs8() {}

  /** What an encrypted key holds. */
  static byte[] decrypt(byte[] encrypted, String passphrase)
      throws IOException, GeneralSecurityException {
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(encrypted);
    // The JDK names the two parts of PBES2 in the text of its parameters alone.
    String algorithm =
        info.getAlgParameters() == null ? info.getAlgName() : info.getAlgParameters().toString();
    PBEKeySpec password = new PBEKeySpec(passphrase.toCharArray());
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(
        Cipher.DECRYPT_MODE,
        SecretKeyFactory.getInstance(algorithm).generateSecret(password),
        info.getAlgParameters());
    return info.getKeySpec(cipher).getEncoded();
  }

  static boolean isEd25519(byte[] encoded) {
    for (int at = 0; at + ED25519.length <= Math.min(encoded.length, 32); at++) {
      if (Arrays.equals(encoded, at, at + ED25519.length, ED25519, 0, ED25519.length)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The pair: a file need not hold the public key, which follows from the private one. The JDK
   * computes it nowhere but in the generator, which takes the private key from its random source
   * (RFC 8032, section 5.1.5).
   */
  static KeyPair ed25519(byte[] encoded) throws GeneralSecurityException {
    PrivateKey key =
        KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    byte[] seed =
        ((EdECPrivateKey) key)
            .getBytes()
            .orElseThrow(() -> new GeneralSecurityException("the key holds no seed"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Seeded(seed));
    KeyPair pair = generator.generateKeyPair();
    byte[] again = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElse(new byte[0]);
    if (!Arrays.equals(seed, again)) {
      throw new GeneralSecurityException("this Java derives no public key from an Ed25519 key");
    }
    return new KeyPair(pair.getPublic(), key);
  }

  /** Gives out the seed instead of something random. */
  private static final class Seeded extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] seed;

    Seeded(byte[] seed) {
      this.seed = seed.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      System.arraycopy(seed, 0, bytes, 0, Math.min(seed.length, bytes.length));
    }
  }
}
