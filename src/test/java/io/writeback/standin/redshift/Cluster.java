package io.writeback.standin.redshift;

import io.writeback.standin.FaultPlan;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** What all sessions share. Safe for use by many threads. */
final class Cluster {
  private final RedshiftSettings settings;
  private final PostgresDatabase database;
  private final LongNames longNames;
  private final ServerErrors errors;
  private final FaultPlan<RedshiftCall, RedshiftFault> faults = new FaultPlan<>();
  private final FaultPlan<String, UnaryOperator<String>> rewrites = new FaultPlan<>();
  private final Sessions sessions = new Sessions();
  private final AtomicLong queries = new AtomicLong(100_000);

  Cluster(RedshiftSettings settings, PostgresDatabase database) {
    this.settings = settings;
    this.database = database;
    this.longNames = new LongNames(database);
    this.errors = new ServerErrors(settings.isolation());
  }

  RedshiftSettings settings() {
    return settings;
  }

  PostgresDatabase database() {
    return database;
  }

  LongNames longNames() {
    return longNames;
  }

  ServerErrors errors() {
    return errors;
  }

  FaultPlan<RedshiftCall, RedshiftFault> faults() {
    return faults;
  }

  FaultPlan<String, UnaryOperator<String>> rewrites() {
    return rewrites;
  }

  Sessions sessions() {
    return sessions;
  }

  long nextQueryId() {
    return queries.incrementAndGet();
  }
}
