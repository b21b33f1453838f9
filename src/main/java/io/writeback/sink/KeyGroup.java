package io.writeback.sink;

import io.writeback.config.OneOf;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** Keys of one group, in the order in which a user meets them. */
final class KeyGroup {
  private final ConfigDef def;
  private final String name;
  private int order;

  KeyGroup(ConfigDef def, String name) {
    this.def = def;
    this.name = name;
  }

  void word(String key, String initial, OneOf words, String doc) {
    def.define(
        key,
        ConfigDef.Type.STRING,
        initial,
        words,
        Importance.HIGH,
        doc,
        name,
        order++,
        Width.MEDIUM,
        key,
        words);
  }

  void text(String key, String initial, String doc) {
    text(key, initial, null, doc);
  }

  void text(String key, String initial, ConfigDef.Validator validator, String doc) {
    define(key, ConfigDef.Type.STRING, initial, validator, Importance.MEDIUM, Width.MEDIUM, doc);
  }

  void list(String key, ConfigDef.Validator validator, Importance importance, String doc) {
    define(key, ConfigDef.Type.LIST, List.of(), validator, importance, Width.LONG, doc);
  }

  void number(String key, ConfigDef.Type type, Object initial, Number least, String doc) {
    number(key, type, initial, ConfigDef.Range.atLeast(least), doc);
  }

  void number(
      String key, ConfigDef.Type type, Object initial, ConfigDef.Validator range, String doc) {
    define(key, type, initial, range, Importance.MEDIUM, Width.SHORT, doc);
  }

  private void define(
      String key,
      ConfigDef.Type type,
      Object initial,
      ConfigDef.Validator validator,
      Importance importance,
      Width width,
      String doc) {
    def.define(key, type, initial, validator, importance, doc, name, order++, width, key);
  }
}
