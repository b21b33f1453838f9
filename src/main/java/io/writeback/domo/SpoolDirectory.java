package io.writeback.domo;

import io.writeback.retry.FaultException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a connector keeps its spools. File names start with the connector and the DataSet, so that
 * tasks share a directory without seeing each other, and end at random, so that an old task that is
 * slow to stop never writes into the file of its successor.
 */
final class SpoolDirectory {
  /** Nobody adopts a spool after that. */
  static final Duration ORPHAN_AGE = Duration.ofDays(1);

  private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);
  private static final String SPOOL = ".csv.zst";
  private static final String SIDECAR = ".json";

  private final Path directory;
  private final String prefix;
  private final long maxBytes;

  /**
   * A directory, made when it is needed.
   *
   * @param maxBytes bound on all spools in it, of all connectors
   */
  SpoolDirectory(Path directory, String connector, long maxBytes) {
    this.directory = directory;
    this.prefix = "wb-" + new Fingerprint().add(connector).hex() + "-";
    this.maxBytes = maxBytes;
  }

  /** A new file for a download. */
  SpoolDraft begin(String dataset) throws IOException {
    prepare();
    Path file = directory.resolve(prefix + dataset + "-" + UUID.randomUUID() + SPOOL);
    OutputStream out =
        Files.newOutputStream(
            create(file, "rw-------"),
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    return new SpoolDraft(file, new QuotaStream(out, maxBytes - used(), Files.getFileStore(file)));
  }

  /**
   * The complete spool that an earlier run left and that fits; everything else of the DataSet goes.
   */
  Optional<Spool> adopt(String dataset, Predicate<Spool.About> fits) throws IOException {
    Spool found = null;
    for (Path file : files(prefix + dataset + "-*" + SPOOL)) {
      Spool spool = found == null ? read(file, dataset, fits) : null;
      if (spool == null) {
        Files.deleteIfExists(sidecar(file));
        Files.deleteIfExists(file);
      } else {
        found = spool;
      }
    }
    return Optional.ofNullable(found);
  }

  /** Removes what crashed tasks left behind, of DataSets that nobody asked for since. */
  void sweep(Instant now) throws IOException {
    for (Path file : files(prefix + "*")) {
      Instant touched = Files.getLastModifiedTime(file).toInstant();
      if (touched.isBefore(now.minus(ORPHAN_AGE))) {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * Checks that files can be written.
   *
   * @throws FaultException of kind configuration
   */
  void probe() {
    try {
      prepare();
      Files.delete(create(directory.resolve(prefix + "probe-" + UUID.randomUUID()), "rw-------"));
    } catch (IOException | UnsupportedOperationException e) {
      throw FaultException.configuration(
          "domo.spool.dir " + directory + " is not writable for the worker: " + e, e);
    }
  }

  static Path sidecar(Path file) {
    String name = file.getFileName().toString();
    return file.resolveSibling(name.substring(0, name.length() - SPOOL.length()) + SIDECAR);
  }

  /** Makes a draft a spool: from here on it survives the process. */
  static Spool seal(Path file, Spool.About about) throws IOException {
    Path sidecar = sidecar(file);
    Path draft = sidecar.resolveSibling(sidecar.getFileName() + ".draft");
    Files.write(create(draft, "rw-------"), SpoolSidecar.write(about, Files.size(file)));
    Files.move(draft, sidecar, StandardCopyOption.ATOMIC_MOVE);
    return new Spool(file, about);
  }

  private static Spool read(Path file, String dataset, Predicate<Spool.About> fits) {
    Path sidecar = sidecar(file);
    if (!Files.exists(sidecar)) {
      return null;
    }
    try {
      Spool.About about = SpoolSidecar.read(Files.readAllBytes(sidecar), Files.size(file));
      return about.dataset().equals(dataset) && fits.test(about) ? new Spool(file, about) : null;
    } catch (IOException e) {
      LOG.warn("The spool {} cannot be used and is removed: {}", file, e.toString());
      return null;
    }
  }

  private void prepare() throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
  }

  private long used() throws IOException {
    long bytes = 0;
    for (Path file : files("wb-*" + SPOOL)) {
      try {
        bytes += Files.size(file);
      } catch (IOException goneMeanwhile) {
        LOG.debug("{} is gone", file);
      }
    }
    return bytes;
  }

  private List<Path> files(String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
        stream.forEach(files::add);
      }
    }
    return files;
  }

  private static Path create(Path file, String permissions) throws IOException {
    return Files.createFile(file, posix(file, permissions));
  }

  private static FileAttribute<?>[] posix(Path file, String permissions) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
