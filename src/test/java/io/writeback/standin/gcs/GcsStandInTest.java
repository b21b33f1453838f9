package io.writeback.standin.gcs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.services.storage.Storage;
import com.google.api.services.storage.model.Objects;
import com.google.api.services.storage.model.StorageObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The real client against the stand-in. */
class GcsStandInTest {
  private static final String TYPE = "application/octet-stream";

  private final GcsStandIn service =
      GcsStandIn.start(
          header -> {
            if (!"Bearer good".equals(header)) {
              throw new IllegalArgumentException("nobody's");
            }
          },
          Clock.systemUTC());
  private final Storage client = client("good");

  @BeforeEach
  void bucket() {
    service.createBucket("b", "EU");
  }

  @AfterEach
  void stop() {
    service.close();
  }

  private Storage client(String token) {
    return new Storage.Builder(
            new NetHttpTransport(),
            GsonFactory.getDefaultInstance(),
            request -> request.getHeaders().setAuthorization("Bearer " + token))
        .setRootUrl(service.endpoint() + "/")
        .setApplicationName("test")
        .build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Storage.Objects.Insert insert(StorageObject object, byte[] bytes, boolean pieces)
      throws IOException {
    Storage.Objects.Insert insert =
        client.objects().insert("b", object, new ByteArrayContent(TYPE, bytes));
    insert.getMediaHttpUploader().setDirectUploadEnabled(!pieces).setChunkSize(256 << 10);
    return insert;
  }

  private StorageObject put(String name, String text) throws IOException {
    return insert(new StorageObject().setName(name), bytes(text), false).execute();
  }

  private static void refused(int status, String reason, Executable call) {
    GoogleJsonResponseException e = assertThrows(GoogleJsonResponseException.class, call);
    assertEquals(status, e.getStatusCode(), e.getMessage());
    assertEquals(reason, e.getDetails().getErrors().get(0).getReason());
  }

  @Test
  void anObjectComesBackAsItWasWritten() throws IOException {
    StorageObject written = put("a/ b+c.gz", "\r\n--text--\r\n");
    assertEquals("a/ b+c.gz", written.getName());
    // CRC32C of "123456789" is e3069283 (RFC 3720, B.4).
    assertEquals("4waSgw==", put("check", "123456789").getCrc32c());
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    client.objects().get("b", "a/ b+c.gz").executeMediaAndDownloadTo(read);
    assertEquals("\r\n--text--\r\n", read.toString(StandardCharsets.UTF_8));
    assertEquals("EU", client.buckets().get("b").execute().getLocation());
  }

  @Test
  void aNameIsTakenOnceOnlyIfThatIsAskedFor() throws IOException {
    long first = put("a", "1").getGeneration();
    for (boolean pieces : new boolean[] {false, true}) {
      refused(
          412,
          "conditionNotMet",
          () ->
              insert(new StorageObject().setName("a"), bytes("2"), pieces)
                  .setIfGenerationMatch(0L)
                  .execute());
    }
    assertTrue(put("a", "3").getGeneration() > first, "a new generation");
    refused(
        412,
        "conditionNotMet",
        () -> client.objects().delete("b", "a").setIfGenerationMatch(first).execute());
  }

  @Test
  void bytesThatAreNotWhatWasAnnouncedAreRefused() {
    for (boolean pieces : new boolean[] {false, true}) {
      StorageObject wrong = new StorageObject().setName("a").setCrc32c("AAAAAA==");
      refused(400, "invalid", () -> insert(wrong, bytes("123456789"), pieces).execute());
    }
    StorageObject wrong = new StorageObject().setName("a").setMd5Hash("AAAA");
    refused(400, "invalid", () -> insert(wrong, bytes("1"), false).execute());
    service.faults().once(c -> c.is("objects.insert"), new GcsFault.Damaged());
    StorageObject right = new StorageObject().setName("a").setCrc32c("4waSgw==");
    refused(400, "invalid", () -> insert(right, bytes("123456789"), false).execute());
    assertTrue(service.names("b").isEmpty());
  }

  @Test
  void anUploadInPieces() throws IOException {
    byte[] noise = new byte[600 << 10];
    new Random(3).nextBytes(noise);
    insert(new StorageObject().setName("big"), noise, true).execute();
    assertEquals(3, service.calls("upload.chunk"));
    assertArrayEquals(noise, service.read("gs://b/big").orElseThrow());
  }

  @Test
  void namesComeInPagesAndInOrder() throws IOException {
    for (String name : List.of("p/2", "q", "p/1", "p/3", "o")) {
      put(name, name);
    }
    List<String> names = new ArrayList<>();
    String token = null;
    int pages = 0;
    do {
      Objects page =
          client
              .objects()
              .list("b")
              .setPrefix("p/")
              .setMaxResults(2L)
              .setPageToken(token)
              .execute();
      page.getItems().forEach(object -> names.add(object.getName()));
      token = page.getNextPageToken();
      pages++;
    } while (token != null);
    assertEquals(List.of("p/1", "p/2", "p/3"), names);
    assertEquals(2, pages);
    Objects later = client.objects().list("b").setPrefix("p/").setStartOffset("p/2").execute();
    assertEquals(
        List.of("p/2", "p/3"), later.getItems().stream().map(StorageObject::getName).toList());
  }

  @Test
  void whatIsDeletedIsGone() throws IOException {
    put("a", "1");
    client.objects().delete("b", "a").execute();
    refused(404, "notFound", () -> client.objects().get("b", "a").execute());
    refused(404, "notFound", () -> client.objects().delete("b", "a").execute());
  }

  @Test
  void aConditionMayGetLostIfThatIsAskedFor() throws IOException {
    put("a", "1");
    service.faults().once(c -> c.is("objects.insert"), new GcsFault.Unconditional());
    insert(new StorageObject().setName("a"), bytes("2"), false).setIfGenerationMatch(0L).execute();
    assertArrayEquals(bytes("2"), service.read("gs://b/a").orElseThrow());
  }

  @Test
  void strangersMissingBucketsAndDeniedPermissions() throws IOException {
    refused(401, "authError", () -> client("bad").buckets().get("b").execute());
    refused(404, "notFound", () -> client.objects().list("absent").execute());
    service.revoke("storage.objects.create");
    refused(403, "forbidden", () -> put("a", "1"));
    service.grant("storage.objects.create");
    put("a", "1");
  }
}
