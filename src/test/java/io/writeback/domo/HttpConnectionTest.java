package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.domo.DomoException.Kind;
import io.writeback.standin.domo.DataSetSpec;
import io.writeback.standin.domo.DomoDataSet;
import io.writeback.standin.domo.DomoStandIn;
import io.writeback.standin.domo.Settings;
import io.writeback.standin.domo.rows.TpchRows;
import io.writeback.standin.http.HttpCall;
import io.writeback.standin.http.HttpStandInServer;
import io.writeback.standin.http.TlsFront;
import io.writeback.standin.redshift.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the client gets to Domo: TLS, proxies, and servers that say nothing. */
class HttpConnectionTest {
  @TempDir Path dir;
  private final CertificateAuthority authority = new CertificateAuthority("company proxy");
  private DomoStandIn domo;
  private DomoDataSet nation;

  @BeforeEach
  void start() {
    domo = DomoStandIn.start(Settings.defaults());
    nation = domo.add(DataSetSpec.of("nation", TpchRows.of("nation", 0.01)));
  }

  @AfterEach
  void stop() {
    domo.close();
  }

  @Test
  void aCertificateOfOnesOwnIsTrustedOnlyIfItIsGiven() throws Exception {
    try (TlsFront front = front("127.0.0.1")) {
      try (HttpDomoApi api = over(front).with("domo.ssl.ca.file", pem("ca.pem")).api()) {
        assertEquals(25, api.dataset(nation.id()).rows());
      }
      try (HttpDomoApi api = over(front).api()) {
        DomoException e = assertThrows(DomoException.class, () -> api.dataset(nation.id()));
        assertEquals(Kind.NETWORK, e.kind());
      }
    }
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    try (TlsFront front = front("api.domo.com");
        HttpDomoApi api = over(front).with("domo.ssl.ca.file", pem("ca.pem")).api()) {
      assertThrows(DomoException.class, () -> api.dataset(nation.id()));
      assertEquals(0, domo.log().total(), "no secret left");
    }
  }

  @Test
  void aFileOfSeveralCertificatesIsReadWholeAndOneOfNoneIsRefused() throws Exception {
    String both = new CertificateAuthority("other").pem() + authority.pem();
    Path bundle = Files.writeString(dir.resolve("bundle.pem"), both);
    try (TlsFront front = front("127.0.0.1");
        HttpDomoApi api = over(front).with("domo.ssl.ca.file", bundle).api()) {
      assertEquals(25, api.dataset(nation.id()).rows());
    }
    Path key = Files.writeString(dir.resolve("key.pem"), "no certificate");
    Path empty = Files.writeString(dir.resolve("empty.pem"), "");
    for (Path wrong : List.of(key, empty, dir.resolve("missing.pem"), dir)) {
      ConfigException e =
          assertThrows(
              ConfigException.class,
              () -> new ApiSettings(domo).with("domo.ssl.ca.file", wrong).api(),
              wrong.toString());
      assertTrue(e.getMessage().contains("domo.ssl.ca.file"), e.getMessage());
      assertTrue(e.getMessage().contains(wrong.toString()), e.getMessage());
    }
  }

  @Test
  void aProxyGetsTheRequestsAndItsLogin() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    try (HttpStandInServer proxy = HttpStandInServer.start("proxy", 0, call -> proxy(call, seen));
        HttpDomoApi api =
            new ApiSettings(domo)
                .with("domo.proxy.url", proxy.endpoint())
                .with("domo.proxy.user", "user")
                .with("domo.proxy.password", "proxy-password")
                .api()) {
      assertEquals(25, api.dataset(nation.id()).rows());
      assertTrue(seen.contains("/v1/datasets/" + nation.id()), seen.toString());
    }
  }

  @Test
  void aProxyThatRefusesTheLoginDoesNotShowIt() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    try (HttpStandInServer proxy = HttpStandInServer.start("proxy", 0, call -> proxy(call, seen));
        HttpDomoApi api =
            new ApiSettings(domo)
                .with("domo.proxy.url", proxy.endpoint())
                .with("domo.proxy.user", "user")
                .with("domo.proxy.password", "wrong-password")
                .api()) {
      DomoException e = assertThrows(DomoException.class, () -> api.dataset(nation.id()));
      assertTrue(e.getMessage().contains("domo.proxy.password"), e.getMessage());
      assertFalse(e.getMessage().contains("wrong-password"), e.getMessage());
      assertTrue(seen.isEmpty());
    }
  }

  /** Accepts connections and never says a word. */
  @Test
  void aServerThatSaysNothingEndsWithATimeout() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      for (String scheme : List.of("http", "https")) {
        try (HttpDomoApi api =
            new ApiSettings(domo)
                .with("domo.api.url", scheme + "://127.0.0.1:" + mute.getLocalPort())
                .with("domo.connect.timeout.ms", 300)
                .with("domo.read.timeout.ms", 300)
                .api()) {
          DomoException e = assertThrows(DomoException.class, () -> api.dataset(nation.id()));
          assertEquals(Kind.TIMEOUT, e.kind(), scheme + ": " + e);
        }
      }
    }
  }

  /** A plain forward proxy that wants a login. */
  private void proxy(HttpCall call, Queue<String> seen) throws IOException, InterruptedException {
    String login = call.header("Proxy-Authorization").orElse("");
    if (!login.equals("Basic dXNlcjpwcm94eS1wYXNzd29yZA==")) {
      call.respond(
          407,
          Map.of("Proxy-Authenticate", "Basic realm=\"proxy\"", "Content-Type", "text/plain"),
          new byte[0]);
      return;
    }
    URI target = URI.create(call.target());
    seen.add(target.getPath());
    HttpRequest.Builder request = HttpRequest.newBuilder(target);
    for (String header : List.of("Authorization", "Accept")) {
      call.header(header).ifPresent(value -> request.header(header, value));
    }
    HttpResponse<byte[]> answer =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    call.respond(answer.statusCode(), Map.of("Content-Type", "application/json"), answer.body());
  }

  private TlsFront front(String host) throws IOException {
    return TlsFront.start(authority.serverContext(List.of(host)), domo.endpoint());
  }

  private ApiSettings over(TlsFront front) {
    return new ApiSettings(domo).with("domo.api.url", front.endpoint());
  }

  private Path pem(String name) throws IOException {
    return Files.writeString(dir.resolve(name), authority.pem());
  }
}
