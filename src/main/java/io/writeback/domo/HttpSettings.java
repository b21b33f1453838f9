package io.writeback.domo;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.types.Password;

/**
 * How to reach Domo.
 *
 * @param url of the API, without a path
 * @param scopes to ask for; none asks for all that the client has
 * @param instance the company's own address, if its endpoints may be used
 * @param caFile PEM certificates to trust beside the JVM's own
 */
record HttpSettings(
    URI url,
    String clientId,
    Password clientSecret,
    List<String> scopes,
    Timeouts timeouts,
    Load load,
    Optional<Proxy> proxy,
    Optional<Instance> instance,
    Optional<Path> caFile) {
  HttpSettings {
    scopes = List.copyOf(scopes);
  }

  /**
   * Timeouts in milliseconds.
   *
   * @param connectMs until a connection stands
   * @param idleMs the longest silence of the other side
   * @param requestMs all of a small call
   * @param downloadMs all of an export
   */
  record Timeouts(long connectMs, long idleMs, long requestMs, long downloadMs) {
    /** These, but none longer than that. */
    Timeouts within(long ms) {
      return new Timeouts(
          Math.min(ms, connectMs),
          Math.min(ms, idleMs),
          Math.min(ms, requestMs),
          Math.min(ms, downloadMs));
    }
  }

  /**
   * The most that all tasks of a worker ask of Domo with one client id.
   *
   * @param downloads exports that run at once
   */
  record Load(int requestsPerMinute, int downloads) {}

  /** An HTTP proxy, with a login or without. */
  record Proxy(URI url, Optional<String> user, Optional<Password> password) {}

  /** A Domo instance and a developer token for its endpoints. */
  record Instance(URI url, Password token) {}

  HttpSettings within(long ms) {
    return new HttpSettings(
        url, clientId, clientSecret, scopes, timeouts.within(ms), load, proxy, instance, caFile);
  }
}
