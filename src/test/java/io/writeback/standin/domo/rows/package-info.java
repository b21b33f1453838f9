/** Rows for DataSets: repeatable, streamed, of any size. */
package io.writeback.standin.domo.rows;
