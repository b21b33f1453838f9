/**
 * BigQuery's REST API v2, local. {@code catalog} holds datasets, tables and rows (DuckDB), {@code
 * sql} translates GoogleSQL token by token, {@code job} runs query, load and copy jobs, and this
 * package speaks HTTP.
 *
 * <p>What is less than the service: BIGNUMERIC has 20 digits before and 18 after the point;
 * GEOGRAPHY, INTERVAL and RANGE are text and come back from expressions as STRING; legacy SQL,
 * schema detection, sessions, time travel, table functions such as APPENDS and ALTER TABLE RENAME
 * are missing; there is no query cache; numbers of bytes are estimates; FARM_FINGERPRINT gives
 * other numbers; a table with recently streamed rows refuses every UPDATE, DELETE, MERGE and
 * TRUNCATE, not only those that touch such rows; cancelling ends a job that is PENDING or waits to
 * take effect.
 */
package io.writeback.standin.bigquery;
