package io.writeback.domo;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with one DataSet. Warns once for each change, not for each attempt. Written by the
 * fetch thread, read by others.
 */
final class DatasetJournal {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetJournal.class);

  private final String id;
  private final String alias;
  private final TaskJournal task;
  private volatile String wrong = "";
  private String kind = "";

  DatasetJournal(String id, String alias, TaskJournal task) {
    this.id = id;
    this.alias = alias;
    this.task = task;
  }

  /** What is wrong now, or nothing. */
  String wrong() {
    return wrong;
  }

  /**
   * Something that another attempt may heal.
   *
   * @param kindOfTrouble what makes it another trouble than the last one
   */
  void trouble(String kindOfTrouble, String message) {
    wrong = message;
    if (kind.equals(kindOfTrouble) || task.isStopping()) {
      LOG.debug("DataSet {} {}", id, message);
    } else {
      kind = kindOfTrouble;
      LOG.warn("DataSet {} {}", id, message);
      task.record(alias, message);
    }
  }

  /** Something that waits for a person. */
  void lasting(String kindOfTrouble, String message) {
    trouble(kindOfTrouble, message);
    task.lasting("DataSet " + id + " (" + alias + ") " + message);
  }

  /** Nothing is wrong any more. */
  void well() {
    if (!kind.isEmpty()) {
      LOG.info("DataSet {} is well again", id);
    }
    kind = "";
    wrong = "";
  }
}
