package io.writeback.standin.domo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.writeback.standin.domo.rows.RowSource;
import java.util.List;
import java.util.UUID;

/**
 * A DataSet to create.
 *
 * @param id a GUID, which Domo writes in lower case
 * @param rows content of its first version
 * @param keyColumns upsert keys, as the Stream API tells them; may be empty
 */
public record DataSetSpec(
    String id, String name, String description, RowSource rows, List<String> keyColumns) {
  public DataSetSpec {
    keyColumns = List.copyOf(keyColumns);
  }

  /** A DataSet whose id is a function of its name. */
  public static DataSetSpec of(String name, RowSource rows) {
    return new DataSetSpec(
        UUID.nameUUIDFromBytes(name.getBytes(UTF_8)).toString(), name, "", rows, List.of());
  }

  public DataSetSpec withId(String value) {
    return new DataSetSpec(value, name, description, rows, keyColumns);
  }

  public DataSetSpec withDescription(String value) {
    return new DataSetSpec(id, name, value, rows, keyColumns);
  }

  public DataSetSpec withKeyColumns(List<String> value) {
    return new DataSetSpec(id, name, description, rows, value);
  }
}
