package io.writeback.crash;

import io.writeback.local.ComponentArchive;
import java.io.IOException;
import java.nio.file.Path;

/** What is broken in the unpacked archive before workers load it, to see the suite find it. */
interface Sabotage {
  /** The archive as it is. */
  Sabotage NONE = (archive, target) -> {};

  /**
   * Breaks it.
   *
   * @param target the build directory
   */
  void apply(ComponentArchive archive, Path target) throws IOException;
}
