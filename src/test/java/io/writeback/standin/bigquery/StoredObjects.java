package io.writeback.standin.bigquery;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.job.ObjectPort;
import io.writeback.standin.bigquery.job.Uploads;
import io.writeback.standin.gcs.GcsStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects by their gs:// address: in memory, or in a stand-in of Cloud Storage. */
final class StoredObjects implements ObjectPort {
  private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
  private volatile GcsStandIn storage;

  void put(String uri, byte[] bytes) {
    objects.put(uri, bytes.clone());
  }

  /** Addresses that were not put here are looked up there. */
  void lookIn(GcsStandIn service) {
    storage = service;
  }

  @Override
  public List<Path> find(String uri, String reader) {
    GcsStandIn service = storage;
    if (service != null && !uri.contains("*")) {
      requireNear(service, uri, reader);
      requireReadable(service, uri);
      Optional<byte[]> bytes = service.read(uri);
      if (bytes.isPresent()) {
        return List.of(copy(bytes.get()));
      }
    }
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

  /**
   * Rules of the documentation page "Loading data from Cloud Storage", location considerations: a
   * dataset in US reads any bucket, one in EU those in Europe, any other those in its own place.
   */
  private static void requireNear(GcsStandIn service, String uri, String reader) {
    String bucket = uri.substring("gs://".length()).split("/", 2)[0];
    String place = service.location(bucket).orElse(reader).toUpperCase(Locale.ROOT);
    boolean near =
        reader.equalsIgnoreCase("US")
            || place.equalsIgnoreCase(reader)
            || (reader.equalsIgnoreCase("EU") && place.startsWith("EUROPE-"));
    if (!near) {
      throw ApiException.invalid(
          "Cannot read and write in different locations: source: "
              + place
              + ", destination: "
              + reader);
    }
  }

  /** In the words of those whom it has happened to; the page "Access control" names the grant. */
  private static void requireReadable(GcsStandIn service, String uri) {
    if (service.denies("storage.objects.get")) {
      throw new ApiException(
          403,
          "accessDenied",
          "Access Denied: File " + uri + ": The caller does not have storage.objects.get access");
    }
  }

  private static Path copy(byte[] bytes) {
    try {
      return Files.write(Uploads.create(), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
