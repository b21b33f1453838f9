package io.writeback.domo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads settings that are given for each DataSet, as in {@code orders: a, b; lineitem: c}. Names in
 * backticks, and in conditions texts in single quotes, may hold any character; a quote in them is
 * doubled.
 */
final class PerDataset {
  private PerDataset() {}

  /**
   * The texts of conditions by GUID or alias.
   *
   * @throws IllegalArgumentException in words
   */
  static Map<String, String> conditions(String text) {
    return entries(text, "`'", "dataset: condition");
  }

  private static Map<String, String> entries(String text, String quotes, String expected) {
    Map<String, String> entries = new LinkedHashMap<>();
    for (String entry : split(text, ';', quotes)) {
      if (entry.isBlank()) {
        continue;
      }
      int colon = entry.indexOf(':');
      String value = colon < 1 ? "" : entry.substring(colon + 1).strip();
      if (value.isEmpty()) {
        throw new IllegalArgumentException("\"" + entry.strip() + "\": expected " + expected);
      }
      String dataset = entry.substring(0, colon).strip();
      if (entries.put(dataset, value) != null) {
        throw new IllegalArgumentException("\"" + dataset + "\" is there twice");
      }
    }
    return entries;
  }

  /** Column names by GUID or alias. */
  static Map<String, List<String>> columns(String text) {
    String expected = "dataset: column, column";
    Map<String, List<String>> columns = new LinkedHashMap<>();
    entries(text, "`", expected)
        .forEach(
            (dataset, list) -> {
              List<String> names =
                  split(list, ',', "`").stream()
                      .map(String::strip)
                      .filter(name -> !name.isEmpty())
                      .map(PerDataset::name)
                      .toList();
              if (names.isEmpty()) {
                throw new IllegalArgumentException(
                    "\"" + dataset + ": " + list + "\": expected " + expected);
              }
              columns.put(dataset, names);
            });
    return columns;
  }

  private static String name(String text) {
    boolean quoted = text.length() > 2 && text.startsWith("`") && text.endsWith("`");
    return quoted ? text.substring(1, text.length() - 1).replace("``", "`") : text;
  }

  private static List<String> split(String text, char separator, String quotes) {
    List<String> parts = new ArrayList<>();
    char open = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (open != 0) {
        open = c == open ? 0 : open;
      } else if (quotes.indexOf(c) >= 0) {
        open = c;
      } else if (c == separator) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    if (open != 0) {
      throw new IllegalArgumentException("the quote " + open + " is not closed");
    }
    parts.add(text.substring(from));
    return parts;
  }
}
