package io.writeback.it;

import java.util.Map;
import java.util.Random;

/** A warehouse on loopback ports whose calls fail now and then. */
interface WarehouseUnderFire extends AutoCloseable {
  /** The table that rows land in, of the name of their topic. */
  String TABLE = "killed_rows";

  /** For the closing line. */
  String name();

  /** The connector's class and what it needs to get here. */
  Map<String, String> config();

  /** Lets one of the calls to come fail, at one of the points that hurt. */
  void harm(Random random);

  /** Ends what has not come true of it, and lets go what it holds. */
  void calm();

  /** How many calls have failed so far. */
  long harmed();

  /** How many rows are in the table now. */
  long landed();

  /** What SQL finds in the table, in the words of {@link CountedIds#expected}. */
  String found() throws Exception;

  @Override
  void close();
}
