package io.writeback.domo;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends requests to one host, at the pace that all tasks share, with timeouts that really fire: to
 * connect, of silence, and in all. No redirect is followed, because it would carry the token
 * elsewhere, and nothing is repeated here.
 */
final class HttpCalls implements AutoCloseable {
  private final HttpSettings settings;
  private final DomoFaults faults;
  private final SharedLoad.Lease load;
  private final HttpMeter meter;
  private final HttpHost target;
  private final HttpDeadlines deadlines = new HttpDeadlines();
  private final CloseableHttpClient client;

  HttpCalls(
      URI host, HttpSettings settings, DomoFaults faults, SharedLoad.Lease load, HttpMeter meter) {
    this.settings = settings;
    this.faults = faults;
    this.load = load;
    this.meter = meter;
    this.target = HttpHost.create(host);
    this.client = client(settings);
  }

  /**
   * Sends and waits for the head of the answer. The caller closes the exchange.
   *
   * @param call for messages
   * @param totalMs for the call with its body
   */
  HttpExchange send(String call, HttpUriRequestBase request, long totalMs) {
    long start = System.nanoTime();
    RequestPace.Turn turn = load.awaitTurn(call, settings.timeouts().requestMs());
    meter.requested(System.nanoTime() - start);
    request.setHeader("Accept-Encoding", "gzip");
    HttpDeadlines.Deadline deadline = deadlines.start(request, totalMs);
    try {
      HttpExchange exchange =
          new HttpExchange(
              call, request, client.executeOpen(target, request, null), deadline, faults);
      adapt(turn, exchange);
      return exchange;
    } catch (IOException e) {
      deadline.end();
      request.cancel();
      throw faults.transport(call, e, deadline.passed());
    }
  }

  private void adapt(RequestPace.Turn turn, HttpExchange exchange) {
    long retryAfterMs = faults.retryAfterMs(exchange.header("Retry-After"));
    if (exchange.status() == 429 || (exchange.status() == 503 && retryAfterMs > 0)) {
      load.throttled(turn, retryAfterMs);
    } else if (exchange.status() < 500) {
      load.answered();
    }
  }

  HttpSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    deadlines.close();
    client.close(CloseMode.IMMEDIATE);
  }

  private static CloseableHttpClient client(HttpSettings settings) {
    HttpSettings.Timeouts timeouts = settings.timeouts();
    Timeout idle = Timeout.ofMilliseconds(timeouts.idleMs());
    PoolingHttpClientConnectionManagerBuilder connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(timeouts.connectMs(), TimeUnit.MILLISECONDS)
                    .setSocketTimeout(idle)
                    .build())
            .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(idle).build());
    settings
        .caFile()
        .ifPresent(
            file ->
                connections.setTlsSocketStrategy(
                    new DefaultClientTlsStrategy(TrustedCertificates.context(file))));
    HttpClientBuilder builder =
        HttpClients.custom()
            .setConnectionManager(connections.build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(idle)
                    .setConnectionRequestTimeout(timeouts.connectMs(), TimeUnit.MILLISECONDS)
                    .build())
            .setUserAgent("writeback")
            .disableAutomaticRetries()
            .disableRedirectHandling()
            .disableCookieManagement()
            .disableContentCompression();
    settings.proxy().ifPresent(proxy -> use(builder, proxy));
    return builder.build();
  }

  private static void use(HttpClientBuilder builder, HttpSettings.Proxy proxy) {
    HttpHost host = HttpHost.create(proxy.url());
    builder.setProxy(host);
    if (proxy.user().isPresent() && proxy.password().isPresent()) {
      BasicCredentialsProvider credentials = new BasicCredentialsProvider();
      credentials.setCredentials(
          new AuthScope(host),
          new UsernamePasswordCredentials(
              proxy.user().get(), proxy.password().get().value().toCharArray()));
      builder.setDefaultCredentialsProvider(credentials);
    }
  }
}
