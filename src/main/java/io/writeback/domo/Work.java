package io.writeback.domo;

/** Something of a DataSet that is ready to be sent. */
sealed interface Work permits SnapshotPlan, Page {
  String dataset();
}
