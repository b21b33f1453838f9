package io.writeback.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.retry.FaultException;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A JSON document with credentials, before the auth library sees it. The library calls whatever
 * URLs it names, and asks its users to check them (README of google-auth-library-java, "Security
 * Considerations"): whoever may write a configuration could otherwise make the worker call any
 * address, or run a program.
 */
final class CredentialDocument {
  /**
   * System property with further hosts, or domains with a leading dot, separated by commas: for
   * clouds of other universes. Whoever runs the worker sets it, not whoever configures a connector.
   */
  static final String MORE_HOSTS = "io.writeback.bigquery.credential.hosts";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> GOOGLE = List.of(".googleapis.com", "accounts.google.com");
  private static final Set<String> METADATA = Set.of("169.254.169.254", "[fd00:ec2::254]");
  private static final List<String> TOKEN_URLS =
      List.of("token_uri", "token_url", "token_info_url", "service_account_impersonation_url");

  private final String key;
  private final JsonNode document;
  private final boolean local;

  private CredentialDocument(String key, JsonNode document, boolean local) {
    this.key = key;
    this.document = document;
    this.local = local;
  }

  /**
   * Reads a document.
   *
   * @param key of the configuration that it came by, for messages
   * @param local whether BigQuery itself is on this machine; then its token service may be too
   * @throws FaultException CONFIGURATION if it is none, or names what it must not
   */
  static CredentialDocument read(String key, byte[] text, boolean local) throws IOException {
    CredentialDocument document = new CredentialDocument(key, JSON.readTree(text), local);
    document.check(document.document);
    return document;
  }

  /** Such as {@code service_account}. */
  String type() {
    return text("type");
  }

  String text(String field) {
    return document.path(field).asText("");
  }

  private void check(JsonNode part) {
    for (String field : TOKEN_URLS) {
      if (part.has(field)) {
        URI url = url(field, part.path(field).asText());
        boolean google = "https".equals(url.getScheme()) && isKnown(url.getHost());
        if (!google && !isHere(url)) {
          throw refused(field, "an https URL of googleapis.com");
        }
      }
    }
    JsonNode source = part.path("credential_source");
    if (source.has("executable")) {
      throw FaultException.configuration(
          key + ": a document with credential_source.executable runs a program: not allowed", null);
    }
    source
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().endsWith("url")) {
                String name = "credential_source." + entry.getKey();
                URI url = url(name, entry.getValue().asText());
                boolean metadata =
                    "http".equals(url.getScheme()) && METADATA.contains(url.getHost());
                if (!"https".equals(url.getScheme()) && !metadata && !isHere(url)) {
                  throw refused(name, "an https URL, or that of a metadata server");
                }
              }
            });
    if (part.has("source_credentials")) {
      check(part.path("source_credentials"));
    }
  }

  private boolean isHere(URI url) {
    return local && BigQueryNetwork.isLoopback(url.getHost());
  }

  private static boolean isKnown(String host) {
    return host != null
        && (matches(GOOGLE, host)
            || matches(Arrays.asList(System.getProperty(MORE_HOSTS, "").split(",", -1)), host));
  }

  private static boolean matches(List<String> allowed, String host) {
    return allowed.stream()
        .map(String::trim)
        .filter(a -> !a.isEmpty())
        .anyMatch(a -> a.startsWith(".") ? host.endsWith(a) : host.equals(a));
  }

  private URI url(String field, String text) {
    try {
      // A region of AWS is filled in later.
      return URI.create(text.replace("{region}", "region"));
    } catch (IllegalArgumentException e) {
      throw refused(field, "a URL");
    }
  }

  private FaultException refused(String field, String expected) {
    return FaultException.configuration(
        key
            + ": expected "
            + expected
            + " in "
            + field
            + " of the document, found another. Credentials must not be sent elsewhere; whoever"
            + " runs the worker can allow more hosts by the system property "
            + MORE_HOSTS,
        null);
  }
}
