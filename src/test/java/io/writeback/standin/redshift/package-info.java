/**
 * Redshift for tests and the local pipeline: a real server for the real {@code redshift-jdbc42}
 * driver, made of a wire proxy and an embedded PostgreSQL.
 *
 * <p>A session is a client connection ({@link io.writeback.standin.redshift.Session}) and a
 * connection to PostgreSQL. Each statement is planned by {@code StatementPlanner}: refused as
 * Redshift would, rewritten for PostgreSQL, or carried out here. {@code Executor} carries it out
 * with the faults armed for it. COPY reads objects, checks every field and streams the rows into
 * the client's own transaction.
 *
 * <p>Emulated, each with a test: COPY from S3 with its options, load errors that outlive the
 * rollback, {@code pg_last_copy_count()}; TRUNCATE that commits; ALTER COLUMN TYPE and APPEND
 * outside of transactions only; one ADD COLUMN per statement; storage attributes; keys that are not
 * enforced; VARCHAR in bytes; SUPER, VARBYTE; folding of quoted names, 127 bytes; MERGE; LOCK; one
 * writer per table at a time; backslash escapes in literals; md5 login, TLS, cancel.
 *
 * <p>Not here: UNLOAD; COPY of anything but CSV (Parquet is refused in words), ACCEPTANYDATE,
 * ENCODING, ENCRYPTED; late-binding views (bound at once); declared lengths of VARBYTE; vacuum and
 * statistics; error 1018 except as a fault; the driver's DatabaseMetaData, whose queries use the
 * alias rules of Redshift; names of more than 63 bytes in {@code pg_class} (use svv_tables,
 * svv_columns or information_schema). The interplay of snapshots and locks, and all speed, are
 * proven by the service only.
 */
package io.writeback.standin.redshift;
