package io.writeback.redshift;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/** Certificate authorities in any form that a user may give, as the file that the driver wants. */
final class CertificateAuthorities {
  private static final String PEM = "-----BEGIN CERTIFICATE-----";

  private CertificateAuthorities() {}

  /**
   * The PEM file, or empty for the authorities that the driver knows.
   *
   * @throws ConfigException if there is no certificate at the given place
   */
  static Optional<CertificateFile> file(String given, long timeoutMs) {
    String value = given.trim();
    if (value.isEmpty() || value.equals("none")) {
      return Optional.empty();
    }
    try {
      if (value.contains(PEM)) {
        return Optional.of(new CertificateFile.Text(value));
      }
      if (value.contains("://")) {
        return Optional.of(new CertificateFile.Text(download(URI.create(value), timeoutMs)));
      }
      Path path = Path.of(value);
      if (!Files.isReadable(path) || !Files.readString(path).contains(PEM)) {
        throw wrong("the file does not exist or holds no PEM certificate");
      }
      return Optional.of(new CertificateFile.Given(value));
    } catch (IOException | IllegalArgumentException e) {
      throw wrong(e.getClass().getSimpleName() + " " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw wrong("interrupted while downloading");
    }
  }

  private static String download(URI url, long timeoutMs) throws IOException, InterruptedException {
    boolean safe = "https".equals(url.getScheme()) || Hosts.loopback(String.valueOf(url.getHost()));
    if (!safe) {
      throw wrong("a certificate over " + url.getScheme() + " proves nothing, use https");
    }
    Duration timeout = Duration.ofMillis(timeoutMs);
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(url).timeout(timeout).build(),
            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (response.statusCode() != 200 || !response.body().contains(PEM)) {
      throw wrong("the URL answered " + response.statusCode() + " without a PEM certificate");
    }
    return response.body();
  }

  private static ConfigException wrong(String found) {
    return new ConfigException(
        RedshiftSinkConfig.SSL_CA
            + ": expected none, PEM text, an https URL or the path of a PEM file: "
            + found);
  }
}
