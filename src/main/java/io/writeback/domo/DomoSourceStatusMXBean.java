package io.writeback.domo;

import java.util.List;
import java.util.Map;

/**
 * What a task of the Domo source is doing, in words, for people: over JMX as {@code
 * io.writeback:type=domo-source,connector=…,task=…}, on every version of Connect. Numbers for
 * machines are metrics.
 */
public interface DomoSourceStatusMXBean {
  /** The state of each DataSet, by alias or id, and why it is so if something is wrong. */
  Map<String, String> getDatasets();

  /** The latest changes for the worse, the newest first: time, DataSet, what is wrong. */
  List<String> getErrors();
}
