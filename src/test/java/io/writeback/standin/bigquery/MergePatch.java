package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Patch semantics of the REST API: null removes, objects merge, the rest replaces. */
final class MergePatch {
  private MergePatch() {}

  static void apply(ObjectNode target, JsonNode patch) {
    patch
        .properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              if (value.isNull()) {
                target.remove(entry.getKey());
              } else if (value.isObject()) {
                JsonNode before = target.get(entry.getKey());
                ObjectNode merged =
                    before instanceof ObjectNode object ? object : target.putObject(entry.getKey());
                apply(merged, value);
              } else {
                target.set(entry.getKey(), value);
              }
            });
  }
}
