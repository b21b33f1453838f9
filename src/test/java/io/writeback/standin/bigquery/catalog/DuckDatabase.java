package io.writeback.standin.bigquery.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/**
 * One DuckDB database in a file of its own directory, so that millions of rows stay off the heap.
 * Deleted when closed.
 */
public final class DuckDatabase implements AutoCloseable {
  private final Path directory;
  private final DuckDBConnection root;
  private final AtomicLong names = new AtomicLong();

  private DuckDatabase(Path directory, DuckDBConnection root) {
    this.directory = directory;
    this.root = root;
  }

  /**
   * Opens a new database.
   *
   * @param memoryMegabytes what DuckDB may use outside of the heap before it spills to disk
   */
  public static DuckDatabase open(int memoryMegabytes) {
    try {
      Path directory = Files.createTempDirectory("bigquery-standin");
      Properties properties = new Properties();
      properties.setProperty("memory_limit", memoryMegabytes + "MB");
      properties.setProperty("threads", "2");
      properties.setProperty("temp_directory", directory.resolve("spill").toString());
      properties.setProperty("jdbc_stream_results", "true");
      DuckDBConnection root =
          (DuckDBConnection)
              DriverManager.getConnection(
                  "jdbc:duckdb:" + directory.resolve("warehouse.duckdb"), properties);
      return new DuckDatabase(directory, root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot open DuckDB: " + e.getMessage(), e);
    }
  }

  /** A new connection, in UTC. */
  DuckDBConnection connect() throws SQLException {
    DuckDBConnection connection = root.duplicate();
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone='UTC'");
    }
    return connection;
  }

  /** A name that no table here has had. */
  String freshName() {
    return "t" + names.incrementAndGet();
  }

  @Override
  public void close() {
    try {
      root.close();
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
