package io.writeback.domo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The files of {@code domo.spool.dir}: for the worker's user alone, made new and never followed
 * through a link, since others may be able to write there.
 */
record SpoolFiles(Path directory) {
  static final String SPOOL = ".csv.zst";
  static final String SIDECAR = ".json";

  SpoolFiles {
    directory = directory.toAbsolutePath().normalize();
  }

  static Path sidecar(Path file) {
    String name = file.getFileName().toString();
    return file.resolveSibling(name.substring(0, name.length() - SPOOL.length()) + SIDECAR);
  }

  void prepare() throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, posix("rwx------"));
    }
  }

  /** A new file; fails if there is one. */
  OutputStream create(Path file) throws IOException {
    return Channels.newOutputStream(
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            posix("rw-------")));
  }

  static InputStream open(Path file) throws IOException {
    return Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  }

  /** What there is to know of a file, not of what it links to; null if it is gone. */
  static BasicFileAttributes look(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException goneMeanwhile) {
      return null;
    }
  }

  /** Regular files whose names match. */
  List<Path> matching(String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
        for (Path file : stream) {
          BasicFileAttributes found = look(file);
          if (found != null && found.isRegularFile()) {
            files.add(file);
          }
        }
      }
    }
    return files;
  }

  /** What all spools of all connectors take up. */
  long bytes() throws IOException {
    long bytes = 0;
    for (Path file : matching("wb-*" + SPOOL)) {
      BasicFileAttributes found = look(file);
      bytes += found == null ? 0 : found.size();
    }
    return bytes;
  }

  private FileAttribute<?>[] posix(String permissions) {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
