package io.writeback.standin.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HttpStandInServerTest {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @Test
  void echoesABodyInEachFramingOverOneConnection() throws Exception {
    try (HttpStandInServer server = HttpStandInServer.start("echo", 0, this::echo)) {
      for (HttpCall.Framing framing : HttpCall.Framing.values()) {
        HttpRequest request =
            HttpRequest.newBuilder(
                    server.endpoint().resolve("/a%20b?framing=" + framing + "&x=%2B"))
                .POST(HttpRequest.BodyPublishers.ofString("héllo"))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(201, response.statusCode());
        assertEquals("/a%20b + héllo", response.body());
      }
    }
  }

  @Test
  void readsAChunkedRequest() throws Exception {
    try (HttpStandInServer server = HttpStandInServer.start("echo", 0, this::echo)) {
      HttpRequest request =
          HttpRequest.newBuilder(server.endpoint().resolve("/c?framing=LENGTH&x=1"))
              .POST(
                  HttpRequest.BodyPublishers.ofInputStream(
                      () -> new java.io.ByteArrayInputStream(new byte[100_000])))
              .build();
      String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
      assertEquals("/c 1 ".length() + 100_000, body.length());
    }
  }

  @Test
  void aCutBodyIsAnErrorForTheClientWithLengthAndWithChunks() {
    try (HttpStandInServer server =
        HttpStandInServer.start(
            "cut",
            0,
            call -> {
              OutputStream out =
                  call.stream(
                      200, Map.of(), HttpCall.Framing.valueOf(call.query().get("framing")), 100);
              out.write(new byte[10]);
              call.cut();
            })) {
      for (String framing : new String[] {"LENGTH", "CHUNKED"}) {
        assertThrows(
            IOException.class, () -> get(server.endpoint().resolve("/?framing=" + framing)));
      }
    }
  }

  @Test
  void aResetAndAPortInUseAreErrors() {
    try (HttpStandInServer server = HttpStandInServer.start("reset", 0, HttpCall::reset)) {
      assertThrows(IOException.class, () -> get(server.endpoint()));
      UncheckedIOException taken =
          assertThrows(
              UncheckedIOException.class,
              () -> HttpStandInServer.start("second", server.port(), HttpCall::reset));
      assertTrue(taken.getMessage().contains("in use"), taken.getMessage());
    }
  }

  private void get(URI uri) throws Exception {
    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private void echo(HttpCall call) throws IOException {
    String text = call.path() + " " + call.query().get("x") + " " + call.bodyText();
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    HttpCall.Framing framing = HttpCall.Framing.valueOf(call.query().get("framing"));
    try (OutputStream out = call.stream(201, Map.of("X-Test", "1"), framing, bytes.length)) {
      out.write(bytes);
    }
  }
}
