package io.writeback.standin.ssh;

/** How a private key is written in a file. */
public enum SshKeyForm {
  /** OPENSSH PRIVATE KEY, what ssh-keygen writes (openssh-portable, PROTOCOL.key). */
  OPENSSH,
  /** RSA PRIVATE KEY (PKCS#1) or EC PRIVATE KEY (SEC 1), what OpenSSL wrote before 3.0. */
  TRADITIONAL,
  /** PRIVATE KEY or ENCRYPTED PRIVATE KEY (RFC 5958). */
  PKCS8
}
