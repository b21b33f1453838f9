package io.writeback.domo;

import java.io.IOException;
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
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends requests, with timeouts that really fire: to connect, of silence, and in all. No redirect
 * is followed, because it would carry the token elsewhere, and nothing is repeated here.
 */
final class HttpCalls implements AutoCloseable {
  private final HttpSettings settings;
  private final DomoFaults faults;
  private final HttpHost target;
  private final HttpDeadlines deadlines = new HttpDeadlines();
  private final CloseableHttpClient client;

  HttpCalls(HttpSettings settings, DomoFaults faults) {
    this.settings = settings;
    this.faults = faults;
    this.target = HttpHost.create(settings.url());
    this.client = client(settings);
  }

  /**
   * Sends and waits for the head of the answer. The caller closes the exchange.
   *
   * @param call for messages
   * @param totalMs for the call with its body
   */
  HttpExchange send(String call, HttpUriRequestBase request, long totalMs) {
    request.setHeader("Accept-Encoding", "gzip");
    HttpDeadlines.Deadline deadline = deadlines.start(request, totalMs);
    try {
      return new HttpExchange(
          call, request, client.executeOpen(target, request, null), deadline, faults);
    } catch (IOException e) {
      deadline.end();
      request.cancel();
      throw faults.transport(call, e, deadline.passed());
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
    Timeout idle = Timeout.ofMilliseconds(settings.idleMs());
    HttpClientBuilder builder =
        HttpClients.custom()
            .setConnectionManager(
                PoolingHttpClientConnectionManagerBuilder.create()
                    .setDefaultConnectionConfig(
                        ConnectionConfig.custom()
                            .setConnectTimeout(settings.connectMs(), TimeUnit.MILLISECONDS)
                            .setSocketTimeout(idle)
                            .build())
                    .setDefaultSocketConfig(SocketConfig.custom().setSoTimeout(idle).build())
                    .build())
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setResponseTimeout(idle)
                    .setConnectionRequestTimeout(settings.connectMs(), TimeUnit.MILLISECONDS)
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
