/** The SQL that clients of Domo's query API use: parsed by hand, run over streamed rows. */
package io.writeback.standin.domo.sql;
