package io.writeback.domo;

import java.io.IOException;

/** Where downloads are put. */
@FunctionalInterface
interface Drafts {
  /**
   * Begins one.
   *
   * @param subject what is known before the first byte; its rows are those of the metadata, or -1
   */
  SpoolDraft begin(Spool.About subject) throws IOException;
}
