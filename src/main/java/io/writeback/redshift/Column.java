package io.writeback.redshift;

/**
 * A column that rows bring.
 *
 * @param name as in Redshift
 * @param type with the size that the rows need, not with the size of the table
 */
record Column(String name, RedshiftType type) {}
