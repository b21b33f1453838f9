package io.writeback.standin.bigquery.storage;

import com.google.cloud.bigquery.storage.v1.AppendRowsRequest;
import com.google.cloud.bigquery.storage.v1.AppendRowsRequest.MissingValueInterpretation;
import io.writeback.standin.bigquery.catalog.Field;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What becomes of a column that the writer schema has and a row does not (comments of {@code
 * AppendRowsRequest}): NULL, unless the request says otherwise for the column, or the connection
 * for all columns. A column that the writer schema does not have gets its default in any case
 * (documentation page "Specify default column values").
 */
final class MissingValues {
  private final Map<String, MissingValueInterpretation> byColumn;
  private final MissingValueInterpretation otherwise;

  private MissingValues(
      Map<String, MissingValueInterpretation> byColumn, MissingValueInterpretation otherwise) {
    this.byColumn = byColumn;
    this.otherwise = otherwise;
  }

  /**
   * Of one request.
   *
   * @param connection what the last request said that said something for all columns
   */
  static MissingValues of(AppendRowsRequest request, MissingValueInterpretation connection) {
    Map<String, MissingValueInterpretation> byColumn = new TreeMap<>();
    request
        .getMissingValueInterpretationsMap()
        .forEach(
            (name, how) -> {
              boolean known =
                  how == MissingValueInterpretation.NULL_VALUE
                      || how == MissingValueInterpretation.DEFAULT_VALUE;
              if (!known || name.contains(".")) {
                throw StorageErrors.invalid("Invalid missing value interpretation of " + name);
              }
              byColumn.put(name.toLowerCase(Locale.ROOT), how);
            });
    return new MissingValues(byColumn, connection);
  }

  boolean takesDefault(Field column) {
    return byColumn.getOrDefault(column.name().toLowerCase(Locale.ROOT), otherwise)
        == MissingValueInterpretation.DEFAULT_VALUE;
  }
}
