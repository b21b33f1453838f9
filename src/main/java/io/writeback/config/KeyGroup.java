package io.writeback.config;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Width;

/** Keys of one group, in the order in which a user meets them. */
public final class KeyGroup {
  private final ConfigDef def;
  private final String name;
  private int order;

  public KeyGroup(ConfigDef def, String name) {
    this.def = def;
    this.name = name;
  }

  /** One that has no default. */
  public void required(String key, String doc) {
    define(
        key,
        ConfigDef.Type.STRING,
        ConfigDef.NO_DEFAULT_VALUE,
        new ConfigDef.NonEmptyString(),
        Importance.HIGH,
        Width.MEDIUM,
        doc);
  }

  /** A text that is never shown. */
  public void secret(String key, String doc) {
    define(key, ConfigDef.Type.PASSWORD, "", null, Importance.MEDIUM, Width.MEDIUM, doc);
  }

  public void flag(String key, boolean initial, String doc) {
    define(key, ConfigDef.Type.BOOLEAN, initial, null, Importance.MEDIUM, Width.SHORT, doc);
  }

  public void word(String key, String initial, OneOf words, String doc) {
    word(key, initial, words, Importance.MEDIUM, doc);
  }

  public void word(String key, String initial, OneOf words, Importance importance, String doc) {
    def.define(
        key,
        ConfigDef.Type.STRING,
        initial,
        words,
        importance,
        doc,
        name,
        order++,
        Width.MEDIUM,
        key,
        words);
  }

  public void text(String key, String initial, String doc) {
    text(key, initial, null, doc);
  }

  public void text(String key, String initial, ConfigDef.Validator validator, String doc) {
    define(key, ConfigDef.Type.STRING, initial, validator, Importance.MEDIUM, Width.MEDIUM, doc);
  }

  public void list(String key, ConfigDef.Validator validator, Importance importance, String doc) {
    define(key, ConfigDef.Type.LIST, List.of(), validator, importance, Width.LONG, doc);
  }

  public void number(String key, ConfigDef.Type type, Object initial, Number least, String doc) {
    number(key, type, initial, ConfigDef.Range.atLeast(least), doc);
  }

  public void number(
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
