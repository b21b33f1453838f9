package io.writeback.standin.bigquery.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What may be a name (documentation pages "Specifying a schema", "Create and use tables", "Creating
 * datasets", "Labels").
 */
public final class NameRules {
  private static final Pattern DATASET = Pattern.compile("[A-Za-z0-9_]{1,1024}");
  private static final Pattern TABLE =
      Pattern.compile("[\\p{L}\\p{M}\\p{N}\\p{Pc}\\p{Pd}\\p{Zs}]+");
  private static final Pattern COLUMN =
      Pattern.compile("[\\p{L}\\p{N}\\p{Pc}\\p{Pd}\\p{M}&%=+:'<>#| ]+");
  private static final Pattern LABEL_KEY =
      Pattern.compile("[\\p{Ll}\\p{Lo}][\\p{Ll}\\p{Lo}\\p{N}_-]{0,62}");
  private static final Pattern LABEL_VALUE = Pattern.compile("[\\p{Ll}\\p{Lo}\\p{N}_-]{0,63}");
  private static final Pattern JOB = Pattern.compile("[A-Za-z0-9_-]{1,1024}");
  private static final List<String> RESERVED_PREFIXES =
      List.of(
          "_TABLE_",
          "_FILE_",
          "_PARTITION",
          "_ROW_TIMESTAMP",
          "__ROOT__",
          "_COLIDENTIFIER",
          "_CHANGE_SEQUENCE_NUMBER",
          "_CHANGE_TYPE",
          "_CHANGE_TIMESTAMP");
  private static final int MAX_COLUMNS = 10_000;
  private static final int MAX_DEPTH = 15;

  private NameRules() {}

  public static void checkDataset(String name) {
    if (!DATASET.matcher(name).matches()) {
      throw ApiException.invalid(
          "Invalid dataset ID \""
              + name
              + "\". Dataset IDs must be alphanumeric (plus underscores) and must be at most 1024"
              + " characters long.");
    }
  }

  public static void checkTable(String name) {
    if (!TABLE.matcher(name).matches()
        || name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 1024) {
      throw ApiException.invalid(
          "Invalid table ID \""
              + name
              + "\". Table IDs must be alphanumeric (plus underscores) and must be at most 1024"
              + " characters long. Also, Table decorators cannot be used.");
    }
  }

  public static void checkJobId(String name) {
    if (!JOB.matcher(name).matches()) {
      throw ApiException.invalid(
          "Invalid job ID \""
              + name
              + "\". Job IDs must be alphanumeric (plus underscores and dashes) and must be at most"
              + " 1024 characters long.");
    }
  }

  public static void checkLabels(com.fasterxml.jackson.databind.JsonNode labels) {
    if (labels.size() > 64) {
      throw ApiException.invalid("Too many labels: at most 64 are allowed");
    }
    labels
        .properties()
        .forEach(
            label -> {
              if (!LABEL_KEY.matcher(label.getKey()).matches()) {
                throw ApiException.invalid(
                    "Label key \"" + label.getKey() + "\" has invalid characters.");
              }
              if (!label.getValue().isNull()
                  && !LABEL_VALUE.matcher(label.getValue().asText()).matches()) {
                throw ApiException.invalid(
                    "Label value \"" + label.getValue().asText() + "\" has invalid characters.");
              }
            });
  }

  static void checkColumns(TableSchema schema) {
    int columns = checkFields(schema.fields(), 1);
    if (columns > MAX_COLUMNS) {
      throw ApiException.invalid(
          "Too many total leaf fields: " + columns + ", max allowed field count: " + MAX_COLUMNS);
    }
  }

  private static int checkFields(List<Field> fields, int depth) {
    if (depth > MAX_DEPTH) {
      throw ApiException.invalid(
          "Schema is nested too deeply; the limit is " + MAX_DEPTH + " levels");
    }
    Set<String> seen = new HashSet<>();
    int leaves = 0;
    for (Field field : fields) {
      checkColumn(field.name(), depth);
      if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
        throw ApiException.invalid("Field " + field.name() + " already exists in schema");
      }
      leaves += field.fields().isEmpty() ? 1 : checkFields(field.fields(), depth + 1);
    }
    return leaves;
  }

  private static void checkColumn(String name, int depth) {
    if (name.isEmpty() || name.length() > 300 || !COLUMN.matcher(name).matches()) {
      throw ApiException.invalid(
          "Invalid field name \""
              + name
              + "\". Fields must contain the allowed characters, and be at most 300 characters long.");
    }
    String upper = name.toUpperCase(Locale.ROOT);
    for (String prefix : RESERVED_PREFIXES) {
      if (depth == 1 && upper.startsWith(prefix)) {
        throw ApiException.invalid(
            "Invalid field name \""
                + name
                + "\". Field names are not allowed to start with the (case-insensitive) prefixes "
                + String.join(", ", RESERVED_PREFIXES));
      }
    }
  }
}
