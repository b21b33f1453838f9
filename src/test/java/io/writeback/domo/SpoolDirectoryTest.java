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
import java.util.concurrent.atomic.AtomicLong;
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

  /** C4: one bound for all tasks of a worker, while they write, not only when they begin. */
  @Test
  void theQuotaIsSharedByTheTasksOfAWorker() throws Exception {
    SpoolDirectory one = new SpoolDirectory(dir, "c", 1_000_000, SpoolCipher.NONE);
    SpoolDirectory other = new SpoolDirectory(dir, "d", 1_000_000, SpoolCipher.NONE);
    SpoolDraft first = one.begin(about("v1"));
    SpoolDraft second = other.begin(about("v1"));
    download(first, 700_000);
    assertThrows(FaultException.class, () -> download(second, 700_000));
    first.close();
    second.close();
    try (SpoolDraft third = other.begin(about("v1"))) {
      download(third, 700_000);
    }
    assertEquals(List.of(), files());
  }

  @Test
  void aVersionThatWillNotFitIsNotBegun() throws Exception {
    AtomicLong free = new AtomicLong(Long.MAX_VALUE);
    SpoolDirectory spools =
        new SpoolDirectory(dir, "c", 1_000_000, SpoolCipher.NONE, free::get);
    try (SpoolDraft draft = spools.begin(about("v1"))) {
      download(draft, 100_000);
      draft.seal(about("v1"));
    }
    Spool.About eight = rows(8);
    spools.begin(eight).close();
    FaultException quota = assertThrows(FaultException.class, () -> spools.begin(rows(20)));
    assertEquals(Fault.RETRY, quota.fault());
    assertTrue(quota.getMessage().contains("domo.spool.max.bytes"), quota.getMessage());
    free.set(QuotaStream.RESERVE_BYTES + 700_000);
    FaultException disk = assertThrows(FaultException.class, () -> spools.begin(eight));
    assertTrue(disk.getMessage().contains("domo.spool.dir"), disk.getMessage());
    assertEquals(2, files().size(), "nothing but the first");
  }

  @Test
  void aDiskThatFillsUpEndsTheDownload() throws Exception {
    AtomicLong looks = new AtomicLong();
    SpoolDirectory spools =
        new SpoolDirectory(
            dir,
            "c",
            1L << 30,
            SpoolCipher.NONE,
            () -> looks.incrementAndGet() < 3 ? Long.MAX_VALUE : QuotaStream.RESERVE_BYTES - 1);
    try (SpoolDraft draft = spools.begin(about("v1"))) {
      FaultException full =
          assertThrows(FaultException.class, () -> download(draft, 20_000_000));
      assertEquals(Fault.RETRY, full.fault());
      assertTrue(full.getMessage().contains("domo.spool.dir"), full.getMessage());
      assertEquals(3, looks.get(), "in mid-download");
    }
    assertEquals(List.of(), files());
  }

  /** Others may be able to write there. */
  @Test
  void linksAndForeignFilesAreLeftAlone() throws Exception {
    Spool spool = sealed("v1");
    String prefix = spool.file().getFileName().toString().substring(0, 20);
    Path target = Files.write(Files.createTempFile("target", ""), new byte[500_000]);
    Path link = Files.createSymbolicLink(dir.resolve(prefix + ID + "-x.csv.zst"), target);
    Path foreign = Files.createFile(dir.resolve("notes.txt"));
    Files.setLastModifiedTime(foreign, FileTime.from(Instant.EPOCH));
    spools().sweep(Instant.now().plus(SpoolDirectory.ORPHAN_AGE.multipliedBy(2)));
    assertTrue(spools().adopt(ID, about -> true).isEmpty(), "swept, and the link is no spool");
    assertTrue(Files.exists(link) && Files.exists(foreign));
    assertEquals(500_000, Files.size(target));
    assertEquals(0, new SpoolFiles(dir).bytes(), "what a link points to does not count");
    Files.delete(target);
  }

  @Test
  void aDirectoryThatVanishedIsMadeAgain() throws Exception {
    SpoolDirectory spools =
        new SpoolDirectory(dir.resolve("a/b"), "c", 1 << 20, SpoolCipher.NONE);
    spools.begin(about("v1")).close();
    Files.delete(dir.resolve("a/b"));
    assertTrue(spools.adopt(ID, about -> true).isEmpty());
    spools.sweep(Instant.now());
    try (SpoolDraft draft = spools.begin(about("v1"))) {
      download(draft, 10);
    }
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("a/b"))));
  }

  /** A connector that is paused for days keeps its spool. */
  @Test
  void whatIsInUseStaysYoung() throws Exception {
    SpoolDirectory spools = spools();
    Spool spool;
    try (SpoolDraft draft = spools.begin(about("v1"))) {
      download(draft, 10);
      spool = (Spool) draft.seal(about("v1"));
    }
    Instant later = Instant.now().plus(SpoolDirectory.ORPHAN_AGE.multipliedBy(3));
    spools.sweep(later);
    assertTrue(Files.exists(spool.file()));
    spools().sweep(later);
    assertTrue(Files.exists(spool.file()), "for other tasks too");
    spool.discard();
    spools.sweep(later);
    assertEquals(List.of(), files());
  }

  @Test
  void anEncryptedSpoolIsOfItsProcessAlone() throws Exception {
    SpoolCipher mine = SpoolCipher.fresh();
    SpoolDirectory spools = new SpoolDirectory(dir, "c", 1 << 20, mine);
    byte[] csv = "a\n1\n".getBytes(StandardCharsets.UTF_8);
    try (SpoolDraft draft = spools.begin(about("v1"))) {
      draft.copying(new ByteArrayInputStream(csv)).readAllBytes();
      draft.finish();
      draft.seal(about("v1"));
    }
    for (Path file : files()) {
      String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      assertFalse(bytes.contains("name") || bytes.contains("a\n1"), "nothing shows");
    }
    Spool adopted =
        new SpoolDirectory(dir, "c", 1 << 20, mine).adopt(ID, about -> true).orElseThrow();
    assertEquals("a\n1\n", new String(adopted.open().readAllBytes(), StandardCharsets.UTF_8));
    SpoolDirectory otherProcess = new SpoolDirectory(dir, "c", 1 << 20, SpoolCipher.fresh());
    assertTrue(otherProcess.adopt(ID, about -> true).isEmpty());
    assertEquals(List.of(), files(), "unreadable, and gone");
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

  private static void download(SpoolDraft draft, int bytes) throws IOException {
    byte[] noise = new byte[bytes];
    new Random(bytes).nextBytes(noise);
    draft.copying(new ByteArrayInputStream(noise)).readAllBytes();
    draft.finish();
  }

  private static Spool.About rows(long rows) {
    Spool.About about = about("v2");
    return new Spool.About(
        about.dataset(),
        about.name(),
        about.config(),
        about.version(),
        rows,
        null,
        null,
        about.columns(),
        0,
        about.started(),
        about.identity());
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
