package io.writeback.standin.bigquery;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.job.ObjectPort;
import io.writeback.standin.bigquery.job.Uploads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects by their gs:// address, in memory. */
final class StoredObjects implements ObjectPort {
  private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();

  void put(String uri, byte[] bytes) {
    objects.put(uri, bytes.clone());
  }

  @Override
  public List<Path> find(String uri) {
    int star = uri.indexOf('*');
    String prefix = star < 0 ? uri : uri.substring(0, star);
    String suffix = star < 0 ? "" : uri.substring(star + 1);
    List<Path> files = new ArrayList<>();
    objects.forEach(
        (name, bytes) -> {
          boolean matches =
              star < 0 ? name.equals(uri) : name.startsWith(prefix) && name.endsWith(suffix);
          if (matches) {
            files.add(copy(bytes));
          }
        });
    if (files.isEmpty()) {
      throw ApiException.notFound("URI " + uri);
    }
    return files;
  }

  private static Path copy(byte[] bytes) {
    try {
      return Files.write(Uploads.create(), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
