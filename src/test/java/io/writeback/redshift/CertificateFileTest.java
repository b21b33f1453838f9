package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateFileTest {
  private static final String PEM = "-----BEGIN CERTIFICATE-----\nfirst\n";

  @TempDir Path dir;

  /** Each restart of a task would leave a file behind. */
  @Test
  void oneTextIsOneFileThatOnlyItsOwnerReads() throws Exception {
    Path first = text(PEM);
    assertEquals(first, text(PEM));
    assertNotEquals(first, text(PEM + "more"));
    assertEquals(PEM.strip(), Files.readString(first));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(first)));
  }

  /** Temporary directories are tidied while a worker runs for weeks. */
  @Test
  void aFileThatIsGoneIsThereForTheNextConnection() throws Exception {
    CertificateFile file = CertificateAuthorities.file(PEM + "tidied", 1000).orElseThrow();
    Files.delete(Path.of(file.path()));
    assertEquals(PEM + "tidied", Files.readString(Path.of(file.path())));
  }

  @Test
  void aFileOfTheUserStaysWhereItIs() throws Exception {
    Path given = Files.writeString(dir.resolve("ca.pem"), PEM);
    assertEquals(
        given.toString(), CertificateAuthorities.file(given.toString(), 1000).orElseThrow().path());
  }

  private static Path text(String pem) {
    return Path.of(CertificateAuthorities.file(pem, 1000).orElseThrow().path());
  }
}
