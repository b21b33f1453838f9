package io.writeback.domo;

import java.io.IOException;
import java.io.OutputStream;

/** Where downloads are put. */
@FunctionalInterface
interface Drafts {
  /** Where a download leaves nothing but what became known of it. */
  Drafts DISCARDED =
      subject ->
          new SpoolDraft(
              OutputStream.nullOutputStream(),
              new SpoolDraft.Fate() {
                @Override
                public Contents seal(Spool.About whole) {
                  return Contents.empty(whole);
                }

                @Override
                public void drop() {}
              });

  /**
   * Begins one.
   *
   * @param subject what is known before the first byte; its rows are those of the metadata, or -1
   */
  SpoolDraft begin(Spool.About subject) throws IOException;
}
