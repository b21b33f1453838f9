package io.writeback.standin.redshift;

import java.util.Map;
import java.util.TreeMap;

/** Replacements in a text, which leave everything else as it was. */
final class Edits {
  private record Replacement(int end, String text) {}

  private final String text;
  private final Map<Integer, Replacement> byStart = new TreeMap<>();

  Edits(String text) {
    this.text = text;
  }

  void replace(int start, int end, String replacement) {
    byStart.put(start, new Replacement(end, replacement));
  }

  void replace(Token token, String replacement) {
    replace(token.start(), token.end(), replacement);
  }

  String apply() {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Map.Entry<Integer, Replacement> edit : byStart.entrySet()) {
      if (edit.getKey() >= at) {
        out.append(text, at, edit.getKey()).append(edit.getValue().text);
        at = edit.getValue().end;
      }
    }
    return out.append(text.substring(at)).toString();
  }
}
