package io.writeback.redshift;

import io.writeback.retry.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;

/** Certificate authorities as a PEM file, which is the only form that the driver takes. */
sealed interface CertificateFile {
  /** The path for the next connection. */
  String path();

  /** A file of the user's. */
  record Given(String path) implements CertificateFile {}

  /**
   * Text in a temporary file that only this user can read and that goes with the process. There is
   * one for all tasks with the same text; it is written again if somebody has tidied it away, as
   * many systems do with what is ten days old.
   */
  record Text(String pem) implements CertificateFile {
    private static final Map<String, Path> WRITTEN = new HashMap<>();

    /**
     * The path of the file.
     *
     * @throws FaultException that passes, if it cannot be written
     */
    @Override
    public String path() {
      synchronized (WRITTEN) {
        Path file = WRITTEN.get(pem);
        if (file == null || !Files.isReadable(file)) {
          file = write();
          WRITTEN.put(pem, file);
        }
        return file.toString();
      }
    }

    private Path write() {
      try {
        Path file =
            Files.createTempFile(
                "writeback-ca",
                ".pem",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, pem);
        file.toFile().deleteOnExit();
        return file;
      } catch (IOException e) {
        throw FaultException.retry(
            RedshiftSinkConfig.SSL_CA
                + ": the certificates cannot be written to a file in "
                + System.getProperty("java.io.tmpdir")
                + " ("
                + e
                + "): make room or give the path of a PEM file",
            e);
      }
    }
  }
}
