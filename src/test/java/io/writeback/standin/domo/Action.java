package io.writeback.standin.domo;

/** How an upload changes a DataSet (Domo knowledge base 360043430733, "update methods"). */
public enum Action {
  REPLACE,
  APPEND
}
