-- What Redshift has and PostgreSQL has not. Run once, by the owner of the database, before any client connects.
SET allow_system_table_mods = on;
CREATE SCHEMA redshift;
GRANT USAGE ON SCHEMA redshift TO PUBLIC;

-- Sequences keep their last value per session and through a rollback, as pg_last_copy_count() does.
CREATE SEQUENCE redshift.copy_count MINVALUE 0 START 0;
CREATE SEQUENCE redshift.copy_id MINVALUE -1 START -1;
GRANT ALL ON ALL SEQUENCES IN SCHEMA redshift TO PUBLIC;
CREATE FUNCTION pg_catalog.pg_last_copy_count() RETURNS bigint LANGUAGE sql VOLATILE
  AS $$ SELECT currval('redshift.copy_count') $$;
CREATE FUNCTION pg_catalog.pg_last_copy_id() RETURNS bigint LANGUAGE sql VOLATILE
  AS $$ SELECT currval('redshift.copy_id') $$;
CREATE FUNCTION pg_catalog.pg_last_query_id() RETURNS bigint LANGUAGE sql VOLATILE
  AS $$ SELECT currval('redshift.copy_id') $$;

CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.77467'::text $$;
CREATE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE
  AS $$ SELECT date_trunc('milliseconds', statement_timestamp()::timestamp) $$;
CREATE FUNCTION pg_catalog.json_parse(text) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1::jsonb $$;
CREATE FUNCTION pg_catalog.json_serialize(jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT $1::text $$;
CREATE FUNCTION pg_catalog.is_valid_json(t text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN PERFORM t::json; RETURN true; EXCEPTION WHEN OTHERS THEN RETURN false; END $$;
CREATE FUNCTION pg_catalog.to_varbyte(t text, format text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE WHEN lower($2) IN ('utf8', 'utf-8') THEN convert_to($1, 'UTF8') ELSE decode($1, lower($2)) END $$;
CREATE FUNCTION pg_catalog.from_varbyte(b bytea, format text) RETURNS text LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE WHEN lower($2) IN ('utf8', 'utf-8') THEN convert_from($1, 'UTF8') ELSE encode($1, lower($2)) END $$;
CREATE FUNCTION pg_catalog.nvl(anyelement, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce($1, $2) $$;
CREATE FUNCTION pg_catalog.len(text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT char_length($1) $$;

CREATE DOMAIN pg_catalog.super AS jsonb;
CREATE DOMAIN pg_catalog.varbyte AS bytea;

-- VARCHAR(n) counts bytes (Developer Guide, "Character types"): replace the length coercion of the type.
CREATE FUNCTION redshift.varchar_too_long(v varchar, length int, explicit boolean) RETURNS varchar LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE cut bytea := substring(convert_to(v, 'UTF8') FROM 1 FOR length);
BEGIN
  WHILE length(cut) > 0 AND length(cut) < octet_length(v)
      AND (get_byte(convert_to(v, 'UTF8'), length(cut)) & 192) = 128 LOOP
    cut := substring(cut FROM 1 FOR length(cut) - 1);
  END LOOP;
  IF explicit OR rtrim(v, ' ') = rtrim(convert_from(cut, 'UTF8'), ' ') THEN
    RETURN convert_from(cut, 'UTF8');
  END IF;
  RAISE EXCEPTION 'value too long for type character varying(%)', length USING ERRCODE = '22001';
END $$;
CREATE FUNCTION redshift.varchar_bytes(varchar, int, boolean) RETURNS varchar LANGUAGE sql IMMUTABLE STRICT
  AS $$ SELECT CASE WHEN $2 < 5 OR octet_length($1) <= $2 - 4 THEN $1 ELSE redshift.varchar_too_long($1, $2 - 4, $3) END $$;
UPDATE pg_cast SET castfunc = 'redshift.varchar_bytes(varchar,int,boolean)'::regprocedure
  WHERE castsource = 'varchar'::regtype AND casttarget = 'varchar'::regtype;

CREATE FUNCTION redshift.merge_check(matches bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF matches > 1 THEN RAISE EXCEPTION 'Found multiple matches to update the same tuple.' USING ERRCODE = 'XX000'; END IF;
  RETURN true;
END $$;

-- Names of 64 to 127 bytes, which PostgreSQL would cut.
CREATE TABLE redshift.long_names (short text, long text);
GRANT SELECT ON redshift.long_names TO PUBLIC;
CREATE FUNCTION redshift.full_name(name) RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT coalesce((SELECT long FROM redshift.long_names WHERE short = $1), $1::text) $$;

CREATE TABLE redshift.load_errors (
  user_id int, user_name text, query_id bigint, transaction_id bigint, session_id int, database_name text, table_id int, start_time timestamp,
  file_name text, line_number bigint, column_name text, column_type text, column_length text, position int,
  error_code int, error_message text, raw_line text, raw_field_value text);
CREATE FUNCTION redshift.sees(owner text) RETURNS boolean LANGUAGE sql STABLE
  AS $$ SELECT owner = current_user OR (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) $$;
CREATE VIEW pg_catalog.sys_load_error_detail AS
  SELECT user_id, query_id, transaction_id, session_id, database_name::char(64), table_id, start_time, file_name::char(256), line_number,
    column_name::char(127), column_type::char(10), column_length::char(10), position, error_code, error_message::char(512)
  FROM redshift.load_errors WHERE redshift.sees(user_name);
CREATE VIEW pg_catalog.stl_load_errors AS
  SELECT user_id AS userid, 0 AS slice, table_id AS tbl, start_time AS starttime, session_id AS session, query_id::int AS query, file_name::char(256) AS filename,
    line_number, column_name::char(127) AS colname, column_type::char(10) AS type, column_length::char(10) AS col_length, position,
    raw_line::char(1024), raw_field_value::char(1024), error_code AS err_code, left(error_message, 100)::char(100) AS err_reason,
    0 AS is_partial, 0 AS start_offset
  FROM redshift.load_errors WHERE redshift.sees(user_name);

CREATE FUNCTION redshift.type_name(oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE $1 WHEN 'super'::regtype THEN 'super' WHEN 'varbyte'::regtype THEN 'binary varying' ELSE format_type($1, NULL) END $$;
CREATE VIEW pg_catalog.svv_tables AS
  SELECT current_database()::text AS table_catalog, n.nspname::text AS table_schema, redshift.full_name(c.relname) AS table_name,
    CASE WHEN c.relkind = 'v' THEN 'VIEW' WHEN c.relpersistence = 't' THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END AS table_type, NULL::text AS remarks
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'v') AND n.nspname <> 'redshift' AND has_table_privilege(c.oid, 'SELECT,INSERT,UPDATE,DELETE,REFERENCES');
CREATE VIEW pg_catalog.svv_columns AS
  SELECT current_database()::text AS table_catalog, n.nspname::text AS table_schema, redshift.full_name(c.relname) AS table_name,
    redshift.full_name(a.attname) AS column_name, a.attnum::int AS ordinal_position, pg_get_expr(d.adbin, d.adrelid) AS column_default,
    CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END AS is_nullable, redshift.type_name(a.atttypid) AS data_type,
    CASE WHEN a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND a.atttypmod > 0 THEN a.atttypmod - 4 END AS character_maximum_length,
    information_schema._pg_numeric_precision(a.atttypid, a.atttypmod)::int AS numeric_precision,
    information_schema._pg_numeric_precision_radix(a.atttypid, a.atttypmod)::int AS numeric_precision_radix,
    information_schema._pg_numeric_scale(a.atttypid, a.atttypmod)::int AS numeric_scale,
    information_schema._pg_datetime_precision(a.atttypid, a.atttypmod)::int AS datetime_precision, NULL::text AS interval_type,
    NULL::text AS interval_precision, NULL::text AS character_set_catalog, NULL::text AS character_set_schema, NULL::text AS character_set_name,
    NULL::text AS collation_catalog, NULL::text AS collation_schema, NULL::text AS collation_name, NULL::text AS domain_name, NULL::text AS remarks
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v') AND n.nspname <> 'redshift'
    AND has_table_privilege(c.oid, 'SELECT,INSERT,UPDATE,DELETE,REFERENCES');
CREATE VIEW pg_catalog.pg_table_def AS
  SELECT n.nspname AS schemaname, redshift.full_name(c.relname) AS tablename, redshift.full_name(a.attname) AS "column",
    CASE a.atttypid WHEN 'super'::regtype THEN 'super' WHEN 'varbyte'::regtype THEN 'binary varying' ELSE format_type(a.atttypid, a.atttypmod) END AS type,
    'none'::text AS encoding, false AS distkey, 0 AS sortkey, a.attnotnull AS "notnull"
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r' AND n.nspname = ANY (current_schemas(false));
CREATE VIEW pg_catalog.svv_table_info AS
  SELECT current_database()::text AS database, n.nspname::text AS schema, c.oid::int AS table_id, redshift.full_name(c.relname) AS "table",
    'AUTO(ALL)'::text AS diststyle, greatest(c.reltuples, 0)::numeric(38,0) AS tbl_rows, 1::bigint AS size
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT IN ('redshift', 'pg_catalog', 'information_schema');
CREATE VIEW pg_catalog.svv_external_schemas AS
  SELECT 0 AS esoid, 0::smallint AS eskind, ''::text AS schemaname, 0 AS esowner, ''::text AS databasename, ''::text AS esoptions WHERE false;
CREATE VIEW pg_catalog.svv_external_tables AS
  SELECT ''::text AS redshift_database_name, ''::text AS schemaname, ''::text AS tablename WHERE false;
CREATE VIEW pg_catalog.stv_sessions AS
  SELECT backend_start AT TIME ZONE 'UTC' AS starttime, pid AS process, usename::char(50) AS user_name, datname::char(50) AS db_name, 0 AS timeout_sec
  FROM pg_stat_activity WHERE backend_type = 'client backend' AND redshift.sees(usename);
CREATE VIEW pg_catalog.stv_slices AS SELECT 0 AS node, s AS slice, 'D'::char(1) AS type FROM generate_series(0, 1) s;
CREATE VIEW pg_catalog.svv_transactions AS
  SELECT a.usename::text AS txn_owner, a.datname::text AS txn_db, coalesce(a.backend_xid::text::bigint, 0) AS xid, l.pid, a.xact_start AT TIME ZONE 'UTC' AS txn_start,
    l.mode AS lock_mode, l.locktype AS lockable_object_type, l.relation::int AS relation, l.granted
  FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype IN ('relation', 'transactionid');
CREATE VIEW pg_catalog.svv_relation_privileges AS
  SELECT n.nspname::text AS namespace_name, redshift.full_name(c.relname) AS relation_name, a.privilege_type, a.grantee::int AS identity_id,
    CASE WHEN a.grantee = 0 THEN 'public' ELSE r.rolname END::text AS identity_name,
    CASE WHEN a.grantee = 0 THEN 'public' WHEN r.rolcanlogin THEN 'user' ELSE 'group' END AS identity_type, a.is_grantable AS admin_option
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a
    LEFT JOIN pg_roles r ON r.oid = a.grantee
  WHERE c.relkind IN ('r', 'v') AND n.nspname NOT IN ('redshift', 'pg_catalog', 'information_schema');
GRANT SELECT ON pg_catalog.sys_load_error_detail, pg_catalog.svv_relation_privileges, pg_catalog.stl_load_errors, pg_catalog.svv_tables, pg_catalog.svv_columns, pg_catalog.pg_table_def,
  pg_catalog.svv_table_info, pg_catalog.svv_external_schemas, pg_catalog.svv_external_tables, pg_catalog.stv_sessions, pg_catalog.stv_slices,
  pg_catalog.svv_transactions TO PUBLIC;

-- A writer of a table waits for the other writers of it to end their transactions. The snapshot is older than the wait.
CREATE FUNCTION redshift.write_lock(t regclass) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  EXECUTE 'LOCK TABLE ' || t::text || ' IN SHARE ROW EXCLUSIVE MODE';
END $$;
