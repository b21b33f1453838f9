package io.writeback.standin.ssh;

/** Key types that clients use today, by their SSH names (RFC 4253, RFC 5656, RFC 8709). */
public enum SshKeyType {
  RSA("ssh-rsa", 2048),
  ECDSA("ecdsa-sha2-nistp256", 256),
  ECDSA_521("ecdsa-sha2-nistp521", 521),
  ED25519("ssh-ed25519", 256);

  private final String sshName;
  private final int bits;

  SshKeyType(String sshName, int bits) {
    this.sshName = sshName;
    this.bits = bits;
  }

  public String sshName() {
    return sshName;
  }

  int bits() {
    return bits;
  }
}
