package io.writeback.domo;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Checks offsets that an operator writes. A null offset, for any partition, forgets: the DataSet is
 * sent again. Otherwise only the version and its content hash can be set.
 */
final class OffsetChange {
  private static final Set<String> SETTABLE = Set.of(SourcePosition.VERSION, SourcePosition.HASH);

  private OffsetChange() {}

  /**
   * Checks.
   *
   * @throws ConnectException in words for the operator
   */
  static void check(Map<String, ?> partition, Map<String, ?> offset) {
    if (offset == null) {
      return;
    }
    if (partition == null
        || partition.size() != 1
        || !(partition.get(SourcePosition.DATASET) instanceof String id)
        || !isLowerCaseGuid(id)) {
      throw new ConnectException(
          "expected the partition {\"dataset\": \"<GUID in lower case>\"} and nothing else, got "
              + partition);
    }
    for (Map.Entry<String, ?> entry : offset.entrySet()) {
      if (!SETTABLE.contains(entry.getKey())) {
        throw new ConnectException(
            "offset field "
                + entry.getKey()
                + " cannot be set, only "
                + SETTABLE
                + "; a null offset sends the DataSet again");
      }
      if (!(entry.getValue() instanceof String)) {
        throw new ConnectException("offset field " + entry.getKey() + " must be a text");
      }
    }
    if (!offset.containsKey(SourcePosition.VERSION)) {
      throw new ConnectException("an offset needs the field " + SourcePosition.VERSION);
    }
  }

  static boolean isLowerCaseGuid(String id) {
    try {
      return UUID.fromString(id).toString().equals(id);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
