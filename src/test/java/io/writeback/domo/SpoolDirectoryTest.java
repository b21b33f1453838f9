package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C4. */
class SpoolDirectoryTest {
  private static final String ID = "2d725b6e-0000-4000-8000-000000000001";

  @TempDir Path dir;

  @Test
  void filesAreForTheWorkersUserAlone() throws Exception {
    sealed("v1");
    for (Path file : files()) {
      assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    assertEquals(2, files().size());
  }

  @Test
  void aCompleteSpoolIsAdoptedAndEverythingElseOfTheDataSetGoes() throws Exception {
    Spool spool = sealed("v1");
    sealed("v0");
    unfinished();
    Spool adopted = spools().adopt(ID, about -> about.version().token().equals("v1")).orElseThrow();
    assertEquals(spool.about(), adopted.about());
    assertEquals(
        "a\n1\n", new String(adopted.open().readAllBytes(), StandardCharsets.UTF_8), "without BOM");
    assertEquals(2, files().size());
    adopted.discard();
    assertEquals(List.of(), files());
  }

  @Test
  void aDamagedSpoolIsNotAdopted() throws Exception {
    Spool spool = sealed("v1");
    Files.write(spool.file(), new byte[] {1, 2, 3});
    assertTrue(spools().adopt(ID, about -> true).isEmpty());
    assertEquals(List.of(), files());
  }

  @Test
  void anotherConnectorsFilesAreLeftAlone() throws Exception {
    sealed("v1");
    SpoolDirectory other = new SpoolDirectory(dir, "other", 1 << 20, SpoolCipher.NONE);
    assertTrue(other.adopt(ID, about -> true).isEmpty());
    other.sweep(Instant.now().plusSeconds(1_000_000));
    assertEquals(2, files().size());
  }

  @Test
  void orphansGoAfterADay() throws Exception {
    Spool spool = sealed("v1");
    spools().sweep(Instant.now());
    assertEquals(2, files().size());
    for (Path file : files()) {
      Files.setLastModifiedTime(
          file, FileTime.from(Instant.now().minus(SpoolDirectory.ORPHAN_AGE).minusSeconds(60)));
    }
    spools().sweep(Instant.now());
    assertFalse(Files.exists(spool.file()));
  }

  @Test
  void theQuotaEndsADownload() throws Exception {
    SpoolDirectory small = new SpoolDirectory(dir, "c", 100_000, SpoolCipher.NONE);
    FaultException full =
        assertThrows(
            FaultException.class,
            () -> {
              try (SpoolDraft draft = small.begin(about("v1"))) {
                byte[] noise = new byte[300_000];
                new Random(1).nextBytes(noise);
                draft.copying(new ByteArrayInputStream(noise)).readAllBytes();
                draft.finish();
              }
            });
    assertEquals(Fault.RETRY, full.fault());
    assertTrue(full.getMessage().contains("domo.spool.max.bytes"), full.getMessage());
    assertEquals(List.of(), files());
  }

  @Test
  void aDirectoryThatCannotBeWrittenIsAConfigurationError() throws Exception {
    Path file = Files.createFile(dir.resolve("file"));
    FaultException e =
        assertThrows(
            FaultException.class, () -> new SpoolDirectory(file, "c", 1, SpoolCipher.NONE).probe());
    assertEquals(Fault.CONFIGURATION, e.fault());
    assertTrue(e.getMessage().contains("domo.spool.dir"), e.getMessage());
  }

  private SpoolDirectory spools() {
    return new SpoolDirectory(dir, "c", 1 << 20, SpoolCipher.NONE);
  }

  private void unfinished() throws IOException {
    SpoolDraft draft = spools().begin(about("v1"));
    draft.copying(new ByteArrayInputStream(new byte[10])).readAllBytes();
    draft.finish();
  }

  private Spool sealed(String version) throws IOException {
    try (SpoolDraft draft = spools().begin(about("v1"))) {
      byte[] csv = "\uFEFFa\n1\n".getBytes(StandardCharsets.UTF_8);
      draft.copying(new ByteArrayInputStream(csv)).readAllBytes();
      draft.finish();
      return (Spool) draft.seal(about(version));
    }
  }

  private static Spool.About about(String version) {
    return new Spool.About(
        ID,
        "name",
        "cfg",
        new DatasetVersion(version, Instant.EPOCH),
        1,
        "o1",
        "c1",
        Csv.columns("a:LONG"),
        4,
        Instant.EPOCH,
        "me");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return new ArrayList<>(files.toList());
    }
  }
}
