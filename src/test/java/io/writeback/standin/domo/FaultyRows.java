package io.writeback.standin.domo;

import io.writeback.standin.domo.rows.RowCursor;
import io.writeback.standin.domo.rows.RowSource;

/** Rows of one body, harmed as the fault of its request says. */
final class FaultyRows implements RowCursor {
  private final Harm harm;
  private RowCursor rows;

  /** Rows taken from the source so far. */
  private long position;

  private boolean happened;
  private String[] again;

  /** What a body needs to harm itself. */
  interface Harm {
    DomoFault fault();

    /** Whether this pass only measures, so must have no effect outside. */
    boolean measuring();

    void publish(RowSource next);

    void expireTokens();

    RowSource columns();
  }

  FaultyRows(RowCursor rows, Harm harm) {
    this.rows = rows;
    this.harm = harm;
  }

  @Override
  public String[] next() {
    if (again != null) {
      String[] row = again;
      again = null;
      return row;
    }
    effects();
    if (harm.fault() instanceof DomoFault.DropRows drop && position == drop.from()) {
      for (long i = 0; i < drop.count() && rows.next() != null; i++) {
        position++;
      }
    }
    String[] row = rows.next();
    if (row == null) {
      late();
      return null;
    }
    if (harm.fault() instanceof DomoFault.RepeatRow repeat && position == repeat.row()) {
      again = row.clone();
    }
    if (harm.fault() instanceof DomoFault.SpoilColumn spoil && position >= spoil.from()) {
      row[harm.columns().indexOf(spoil.column())] = spoil.text();
    }
    position++;
    return row;
  }

  private void effects() {
    if (happened) {
      return;
    }
    if (harm.fault() instanceof DomoFault.TornRead torn && position >= torn.afterRows()) {
      happened = true;
      tear(torn);
    } else if (harm.fault() instanceof DomoFault.ExpireTokens e && position >= e.afterRows()) {
      happened = true;
      if (!harm.measuring()) {
        harm.expireTokens();
      }
    } else if (harm.fault() instanceof DomoFault.During d && position >= d.afterRows()) {
      happened = true;
      if (!harm.measuring()) {
        d.action().run();
      }
    }
  }

  /** What was due after more rows than there are is due at the end. */
  private void late() {
    if (!happened && !harm.measuring()) {
      happened = true;
      if (harm.fault() instanceof DomoFault.ExpireTokens) {
        harm.expireTokens();
      } else if (harm.fault() instanceof DomoFault.During d) {
        d.action().run();
      }
    }
  }

  private void tear(DomoFault.TornRead torn) {
    if (!harm.measuring()) {
      harm.publish(torn.next());
    }
    rows.close();
    rows = torn.next().open();
    for (long i = 0; i < position && rows.next() != null; i++) {
      // The rows before the tear came from the version before.
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
