package io.writeback.redshift;

/**
 * A column that rows bring.
 *
 * @param name as in Redshift
 * @param type with exactly the size that the rows need, so that a column that holds them stays as
 *     it is
 */
record Column(String name, RedshiftType type) {}
