package io.writeback.bigquery;

import com.google.auth.Credentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;

/**
 * Sends the access token over a channel without TLS, which grpc's own call credentials refuse. Used
 * on loopback only, where nobody else listens.
 */
final class BearerToken implements ClientInterceptor {
  private static final URI AUDIENCE = URI.create("https://bigquerystorage.googleapis.com/");

  private final Credentials credentials;

  BearerToken(Credentials credentials) {
    this.credentials = credentials;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        addTo(headers);
        super.start(listener, headers);
      }
    };
  }

  private void addTo(Metadata headers) {
    try {
      credentials
          .getRequestMetadata(AUDIENCE)
          .forEach(
              (name, values) -> {
                Metadata.Key<String> key = Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
                values.forEach(value -> headers.put(key, value));
              });
    } catch (IOException e) {
      throw new UncheckedIOException("no access token for BigQuery", e);
    }
  }
}
