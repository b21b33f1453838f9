package io.writeback.standin.ssh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;

/** A key pair made at run time, and the texts that users paste or point to. */
public final class SshKeys {
  private final SshKeyType type;
  private final KeyPair pair;

  private SshKeys(SshKeyType type, KeyPair pair) {
    this.type = type;
    this.pair = pair;
  }

  public static SshKeys generate(SshKeyType type) {
    try {
      return new SshKeys(type, KeyUtils.generateKeyPair(type.sshName(), type.bits()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public SshKeyType type() {
    return type;
  }

  public KeyPair pair() {
    return pair;
  }

  public PublicKey publicKey() {
    return pair.getPublic();
  }

  /** The public key as in authorized_keys. */
  public String authorizedKey() {
    return PublicKeyEntry.toString(pair.getPublic());
  }

  /** Such as {@code SHA256:…}, as ssh-keygen -l tells it. */
  public String fingerprint() {
    return KeyUtils.getFingerPrint(pair.getPublic());
  }

  /**
   * The private key as text.
   *
   * @param passphrase null for none
   */
  public String privateKey(SshKeyForm form, String passphrase) {
    try {
      return switch (form) {
        case OPENSSH -> openSsh(passphrase);
        case TRADITIONAL -> traditional(passphrase);
        case PKCS8 -> pkcs8(passphrase);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes the private key, readable by its owner only. */
  public Path write(Path file, SshKeyForm form, String passphrase) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      return Files.writeString(
          file, privateKey(form, passphrase), US_ASCII, StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String openSsh(String passphrase) throws IOException, GeneralSecurityException {
    OpenSSHKeyEncryptionContext encryption = null;
    if (passphrase != null) {
      encryption = new OpenSSHKeyEncryptionContext();
      encryption.setCipherName("AES");
      encryption.setCipherType("256");
      encryption.setCipherMode("CTR");
      encryption.setPassword(passphrase);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(
        pair, "writeback@stand-in", encryption, out);
    return out.toString(US_ASCII);
  }

  private String traditional(String passphrase) throws IOException {
    if (type == SshKeyType.ED25519) {
      throw new IllegalArgumentException("Ed25519 keys have no traditional form");
    }
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      if (passphrase == null) {
        pem.writeObject(info(true));
      } else {
        pem.writeObject(
            info(true), new JcePEMEncryptorBuilder("AES-256-CBC").build(passphrase.toCharArray()));
      }
    }
    return text.toString();
  }

  private String pkcs8(String passphrase) throws IOException, OperatorCreationException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
      pem.writeObject(
          new PKCS8Generator(
              info(false),
              passphrase == null
                  ? null
                  : new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                      .setPassword(passphrase.toCharArray())
                      .build()));
    }
    return text.toString();
  }

  /**
   * The private key as OpenSSL encodes it: curves by name, and no public key outside.
   *
   * @param curveInside whether the inner structure of an EC key names its curve, as SEC 1 files do
   */
  private PrivateKeyInfo info(boolean curveInside) throws IOException {
    PrivateKeyInfo info = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
    if (!(pair.getPrivate() instanceof ECPrivateKey key)) {
      return new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), info.parsePrivateKey());
    }
    ASN1ObjectIdentifier curve =
        type == SshKeyType.ECDSA ? SECObjectIdentifiers.secp256r1 : SECObjectIdentifiers.secp521r1;
    DERBitString point =
        new DERBitString(
            SubjectPublicKeyInfo.getInstance(pair.getPublic().getEncoded())
                .getPublicKeyData()
                .getBytes());
    return new PrivateKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve),
        new org.bouncycastle.asn1.sec.ECPrivateKey(
            type.bits(), key.getS(), point, curveInside ? curve : null));
  }
}
