package io.writeback.domo;

import java.net.URI;
import java.util.Optional;
import org.apache.kafka.common.config.types.Password;

/**
 * How to reach Domo. Durations in milliseconds.
 *
 * @param url of the API, without a path
 * @param connectMs until a connection stands
 * @param idleMs the longest silence of the other side
 * @param requestMs all of a small call
 * @param downloadMs all of an export
 */
record HttpSettings(
    URI url,
    String clientId,
    Password clientSecret,
    long connectMs,
    long idleMs,
    long requestMs,
    long downloadMs,
    Optional<Proxy> proxy) {
  /** An HTTP proxy, with a login or without. */
  record Proxy(URI url, Optional<String> user, Optional<Password> password) {}
}
