package io.writeback.domo;

/** How DataSets are read. */
enum ReadMode {
  /** Every version whole, with a manifest. */
  SNAPSHOT("snapshot"),
  /** New rows by their cursor. */
  INCREMENTAL("incremental"),
  /** One version whole, then new rows by their cursor. */
  SNAPSHOT_INCREMENTAL("snapshot+incremental");

  private final String setting;

  ReadMode(String setting) {
    this.setting = setting;
  }

  String setting() {
    return setting;
  }

  static ReadMode of(String setting) {
    for (ReadMode mode : values()) {
      if (mode.setting.equals(setting)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("no mode " + setting);
  }
}
