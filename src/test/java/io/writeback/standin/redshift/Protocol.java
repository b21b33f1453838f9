package io.writeback.standin.redshift;

import java.io.IOException;
import java.util.List;

/** How statements travel: by the simple or by the extended query protocol. */
interface Protocol {
  /** Has PostgreSQL execute the statement and passes on its answer, with another tag if given. */
  void execute(String tag) throws IOException;

  /** Runs a statement of the proxy in the transaction of the client. */
  List<List<String>> inner(String sql) throws IOException;

  /** Ends what the statement began by itself, as the protocol would after it. */
  void settle() throws IOException;
}
