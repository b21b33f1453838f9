package io.writeback.bigquery;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ManagedChannelBuilder;
import io.writeback.bigquery.BigQuerySettings.Proxy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.conn.routing.RouteInfo;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.client.ProxyAuthenticationStrategy;
import org.apache.http.impl.conn.DefaultProxyRoutePlanner;
import org.apache.http.protocol.HttpContext;

/**
 * The way to Google: straight, or through a proxy. The JDK's own client would need a system
 * property, for the whole worker, before it told a proxy who it is.
 */
final class BigQueryNetwork {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

  private final Optional<Proxy> proxy;

  BigQueryNetwork(Optional<Proxy> proxy) {
    this.proxy = proxy;
  }

  static boolean isLoopback(String host) {
    return host != null && LOOPBACK.contains(host);
  }

  /** Whether an endpoint protects what goes over it, or never leaves the machine. */
  static boolean isSafe(URI endpoint) {
    return "https".equals(endpoint.getScheme())
        || ("http".equals(endpoint.getScheme()) && isLoopback(endpoint.getHost()));
  }

  HttpTransport transport() {
    return proxy.isEmpty()
        ? new NetHttpTransport()
        : new ApacheHttpTransport(client(proxy.get()).build());
  }

  private static HttpClientBuilder client(Proxy proxy) {
    HttpHost host = new HttpHost(proxy.host(), proxy.port());
    HttpClientBuilder builder =
        ApacheHttpTransport.newDefaultHttpClientBuilder()
            .setRoutePlanner(new DefaultProxyRoutePlanner(host));
    if (proxy.user().isPresent()) {
      BasicCredentialsProvider credentials = new BasicCredentialsProvider();
      credentials.setCredentials(
          new AuthScope(host),
          new UsernamePasswordCredentials(proxy.user().get(), proxy.password()));
      builder
          .setDefaultCredentialsProvider(credentials)
          .setProxyAuthenticationStrategy(ProxyAuthenticationStrategy.INSTANCE)
          .addInterceptorFirst(
              (HttpRequest request, HttpContext context) -> authorize(request, context, proxy));
    }
    return builder;
  }

  /** A request without TLS goes to the proxy itself, and its body cannot be sent twice. */
  private static void authorize(HttpRequest request, HttpContext context, Proxy proxy) {
    RouteInfo route = HttpClientContext.adapt(context).getHttpRoute();
    if (route != null && route.getProxyHost() != null && !route.isSecure()) {
      String login = proxy.user().orElse("") + ":" + proxy.password();
      request.setHeader(
          "Proxy-Authorization",
          "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** Leads a channel through the proxy. */
  <B extends ManagedChannelBuilder<?>> B through(B channel) {
    proxy.ifPresent(
        p ->
            channel.proxyDetector(
                target -> {
                  if (!(target instanceof InetSocketAddress address)) {
                    return null;
                  }
                  HttpConnectProxiedSocketAddress.Builder connect =
                      HttpConnectProxiedSocketAddress.newBuilder()
                          .setTargetAddress(address)
                          .setProxyAddress(new InetSocketAddress(p.host(), p.port()));
                  p.user().ifPresent(u -> connect.setUsername(u).setPassword(p.password()));
                  return connect.build();
                }));
    return channel;
  }
}
