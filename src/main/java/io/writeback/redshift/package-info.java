/**
 * The Redshift sink: rows become objects in S3, objects become rows by COPY, and the position of
 * each partition moves in the transaction that loads them.
 */
package io.writeback.redshift;
