package io.writeback.domo;

import com.github.luben.zstd.ZstdOutputStream;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a task keeps its spools. File names start with the connector and the DataSet, so that tasks
 * share a directory without seeing each other, and end at random, so that an old task that is slow
 * to stop never writes into the file of its successor.
 */
final class SpoolDirectory implements Drafts {
  /** Nobody adopts a spool after that. Files that are in use are touched, so they stay young. */
  static final Duration ORPHAN_AGE = Duration.ofDays(1);

  private static final Logger LOG = LoggerFactory.getLogger(SpoolDirectory.class);
  private static final int LEVEL = 1;

  /** No CSV is expected to compress better. */
  private static final int MOST_COMPRESSION = 20;

  private final SpoolFiles files;
  private final String prefix;
  private final long maxBytes;
  private final SpoolCipher cipher;
  private final FreeSpace disk;
  private final Set<Path> live = ConcurrentHashMap.newKeySet();
  private final Map<String, Double> bytesPerRow = new ConcurrentHashMap<>();

  /** Bytes that the disk has left. */
  @FunctionalInterface
  interface FreeSpace {
    long bytes() throws IOException;
  }

  /**
   * A directory, made when it is needed.
   *
   * @param maxBytes bound on all spools in it, of all connectors
   */
  SpoolDirectory(Path directory, String connector, long maxBytes, SpoolCipher cipher) {
    this(
        directory,
        connector,
        maxBytes,
        cipher,
        () -> Files.getFileStore(directory).getUsableSpace());
  }

  SpoolDirectory(
      Path directory, String connector, long maxBytes, SpoolCipher cipher, FreeSpace disk) {
    this.files = new SpoolFiles(directory);
    this.prefix = "wb-" + new Fingerprint().add(connector).hex() + "-";
    this.maxBytes = maxBytes;
    this.cipher = cipher;
    this.disk = disk;
  }

  /**
   * A new file for a download.
   *
   * @throws FaultException to retry, if there is no room for as much as the last version took, or,
   *     before there was one, for the least that so many bytes of CSV compress to
   */
  @Override
  public SpoolDraft begin(Spool.About subject) throws IOException {
    files.prepare();
    SpoolQuota quota = SpoolQuota.of(files);
    checkRoom(subject, quota.count());
    Path file =
        files
            .directory()
            .resolve(prefix + subject.dataset() + "-" + UUID.randomUUID() + SpoolFiles.SPOOL);
    OutputStream raw = new QuotaStream(files.create(file), quota, maxBytes, disk);
    live.add(file);
    return new SpoolDraft(
        text(raw, file),
        new SpoolDraft.Fate() {
          @Override
          public Contents seal(Spool.About about) throws IOException {
            return SpoolDirectory.this.seal(file, about);
          }

          @Override
          public void drop() throws IOException {
            Files.deleteIfExists(file);
          }
        });
  }

  /**
   * The complete spool that an earlier run left and that fits; everything else of the DataSet goes.
   */
  Optional<Spool> adopt(String dataset, Predicate<Spool.About> fits) throws IOException {
    Spool found = null;
    for (Path file : files.matching(prefix + dataset + "-*" + SpoolFiles.SPOOL)) {
      Spool spool = found == null ? read(file, dataset, fits) : null;
      if (spool == null) {
        Files.deleteIfExists(SpoolFiles.sidecar(file));
        Files.deleteIfExists(file);
      } else {
        found = spool;
        live.add(file);
      }
    }
    return Optional.ofNullable(found);
  }

  /** Removes what crashed tasks left behind, of DataSets that nobody asked for since. */
  void sweep(Instant now) throws IOException {
    for (Path file : live) {
      touch(file, now);
    }
    for (Path file : files.matching(prefix + "*")) {
      BasicFileAttributes found = SpoolFiles.look(file);
      if (found != null && found.lastModifiedTime().toInstant().isBefore(now.minus(ORPHAN_AGE))) {
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
      files.prepare();
      Path file = files.directory().resolve(prefix + "probe-" + UUID.randomUUID());
      files.create(file).close();
      Files.delete(file);
    } catch (IOException | UnsupportedOperationException e) {
      throw FaultException.configuration(
          "domo.spool.dir " + files.directory() + " is not writable for the worker: " + e, e);
    }
  }

  /**
   * What all spools of all connectors in the directory take up; not a number if nobody can tell.
   */
  double usedBytes() {
    try {
      return files.bytes();
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private void touch(Path file, Instant now) throws IOException {
    try {
      Files.setLastModifiedTime(file, FileTime.from(now));
      if (Files.exists(SpoolFiles.sidecar(file))) {
        Files.setLastModifiedTime(SpoolFiles.sidecar(file), FileTime.from(now));
      }
    } catch (NoSuchFileException gone) {
      live.remove(file);
    }
  }

  private OutputStream text(OutputStream raw, Path file) throws IOException {
    try {
      return new ZstdOutputStream(cipher.writing(raw), LEVEL).setChecksum(true);
    } catch (IOException | RuntimeException e) {
      try (raw) {
        Files.deleteIfExists(file);
      }
      throw e;
    }
  }

  /** Before the download, as far as it is known how much is to come. */
  private void checkRoom(Spool.About subject, long used) throws IOException {
    Double perRow = bytesPerRow.get(subject.dataset());
    double need =
        perRow == null
            ? (double) subject.csvBytes() / MOST_COMPRESSION
            : perRow * Math.max(0, subject.rows());
    if (used + need > maxBytes) {
      throw full(need, "domo.spool.max.bytes leaves " + Math.max(0, maxBytes - used));
    }
    long free = disk.bytes() - QuotaStream.RESERVE_BYTES;
    if (need > free) {
      throw full(need, "the disk of domo.spool.dir has " + Math.max(0, free) + " to spare");
    }
  }

  private static FaultException full(double need, String has) {
    return new FaultException(
        Fault.RETRY,
        String.format("no room for this version: it needs about %.0f bytes, %s", need, has));
  }

  /** Makes a draft a spool: from here on it survives the process. */
  private Spool seal(Path file, Spool.About about) throws IOException {
    Path sidecar = SpoolFiles.sidecar(file);
    Path draft = sidecar.resolveSibling(sidecar.getFileName() + ".draft");
    try (OutputStream out = files.create(draft)) {
      out.write(cipher.sealed(SpoolSidecar.write(about, Files.size(file))));
    }
    Files.move(draft, sidecar, StandardCopyOption.ATOMIC_MOVE);
    if (about.rows() > 0) {
      bytesPerRow.put(about.dataset(), (double) Files.size(file) / about.rows());
    }
    return new Spool(file, about, cipher);
  }

  private Spool read(Path file, String dataset, Predicate<Spool.About> fits) {
    Path sidecar = SpoolFiles.sidecar(file);
    if (!Files.exists(sidecar)) {
      return null;
    }
    try (InputStream in = SpoolFiles.open(sidecar)) {
      byte[] text = cipher.opened(in.readAllBytes());
      Spool.About about = SpoolSidecar.read(text, Files.size(file));
      return about.dataset().equals(dataset) && fits.test(about)
          ? new Spool(file, about, cipher)
          : null;
    } catch (IOException e) {
      LOG.warn("The spool {} cannot be used and is removed: {}", file, e.toString());
      return null;
    }
  }
}
