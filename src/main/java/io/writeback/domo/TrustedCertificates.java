package io.writeback.domo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.common.config.ConfigException;

/**
 * Certificate authorities of a PEM file, trusted beside the JVM's own: a company's proxy shows its
 * own certificate for some hosts and passes others through.
 */
final class TrustedCertificates {
  private TrustedCertificates() {}

  /**
   * Reads the file.
   *
   * @throws ConfigException if it cannot be read or holds no certificate
   */
  static SSLContext context(Path file) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate own : read(file)) {
        trusted.setCertificateEntry("own-" + number++, own);
      }
      if (number == 0) {
        throw wrong(file, "holds no certificate", null);
      }
      for (X509Certificate known : manager(null).getAcceptedIssuers()) {
        trusted.setCertificateEntry("known-" + number++, known);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {manager(trusted)}, new SecureRandom());
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw wrong(file, "cannot be read: " + e, e);
    }
  }

  private static Collection<? extends Certificate> read(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in);
    }
  }

  private static X509TrustManager manager(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("this JVM has no X.509 trust manager");
  }

  private static ConfigException wrong(Path file, String found, Exception cause) {
    ConfigException e =
        new ConfigException(
            DomoApiKeys.SSL_CA_FILE
                + ": expected a file of PEM certificates that the worker can read, "
                + file
                + " "
                + found);
    if (cause != null) {
      e.initCause(cause);
    }
    return e;
  }
}
