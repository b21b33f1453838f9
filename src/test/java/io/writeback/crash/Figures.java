package io.writeback.crash;

/** A set of rows in two numbers: how many, and the sum of their marks. */
record Figures(long rows, long marks) {
  static final Figures NONE = new Figures(0, 0);
}
