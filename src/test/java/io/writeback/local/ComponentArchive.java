package io.writeback.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * The packaged component archive, as {@code mvn package} made it.
 *
 * @param root the one directory in it, once unpacked
 */
public record ComponentArchive(Path root) {
  /** The archive of this build. */
  public static Path file(Path target) throws IOException {
    Path dir = target.resolve("component");
    try (var files = Files.list(dir)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".zip"))
          .findFirst()
          .orElseThrow(() -> new IOException("no archive in " + dir + ": run mvn package"));
    }
  }

  /** Unpacks an archive below a directory. */
  public static ComponentArchive unpack(Path zip, Path into) throws IOException {
    Path top = null;
    try (InputStream in = Files.newInputStream(zip);
        ZipInputStream entries = new ZipInputStream(in)) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Path file = into.resolve(entry.getName()).normalize();
        if (!file.startsWith(into)) {
          throw new IOException("archive entry leaves its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(entries, file);
        }
        top = into.resolve(into.relativize(file).getName(0));
      }
    }
    if (top == null) {
      throw new IOException(zip + " is empty");
    }
    return new ComponentArchive(top);
  }

  /** Its example configurations. */
  public Path etc() {
    return root.resolve("etc");
  }

  /** Its jars. */
  public Path lib() {
    return root.resolve("lib");
  }

  /** What goes into a worker's {@code plugin.path}. */
  public Path pluginPath() {
    return root.getParent();
  }
}
