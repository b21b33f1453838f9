package io.writeback.bigquery;

import io.writeback.retry.Sleeper;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.UpsertKey;
import io.writeback.sink.WriteMode;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** What a destination is made of, wired once per task. */
record BigQueryParts(
    BigQueryRest rest,
    BigQueryQueries queries,
    BigQueryJobs jobs,
    BigQuerySql sql,
    SinkTables books,
    Ledger ledger,
    StreamLedger streams,
    LoadTurns turns,
    TableWork work,
    LoadBatch.Rows rows,
    RegisterChains chains,
    BigQueryTables tables,
    ManifestRegistry registry,
    SnapshotStager stager,
    BigQuerySnapshots snapshots,
    HintWriter hints) {

  static BigQueryParts of(
      SinkSettings sink,
      BigQuerySettings settings,
      RecordFacts facts,
      RestClients clients,
      InstantSource clock,
      Sleeper sleeper) {
    BigQueryRest rest =
        new BigQueryRest(clients.bigquery(), settings.project(), new MetadataBudget(clock));
    BigQueryJobs jobs =
        new BigQueryJobs(
            rest,
            settings.project(),
            new DatasetLocation(rest, settings.dataset(), settings.location()),
            settings.jobTimeoutMs(),
            clock,
            sleeper,
            LoadObjects.of(settings, sink.deliveryId(), clients, clock));
    BigQueryQueries queries = new BigQueryQueries(rest, jobs);
    BigQuerySql sql = new BigQuerySql(settings.project());
    BigQueryTables tables =
        new BigQueryTables(
            rest,
            new TableUpkeep(
                rest,
                settings.tables().designs(),
                settings.tables().relaxes(),
                settings.tables().typeChange(),
                settings.streaming().rows().naming(),
                sink.deliveryId(),
                clock));
    SinkTables books =
        new SinkTables(
            settings.dataset(),
            tables,
            new StartJitter(sink.tasks(), ThreadLocalRandom.current(), sleeper));
    Ledger ledger = new Ledger(queries, sql, books, sink.deliveryId(), sink.generation(), clock);
    StreamLedger streams =
        new StreamLedger(
            queries,
            jobs,
            new StreamSql(sql),
            books,
            sink.deliveryId(),
            sink.generation(),
            settings.routing());
    LoadTurns turns = new LoadTurns(streams);
    HintWriter hints = new HintWriter(ledger);
    LoadBudget budget = new LoadBudget(sink.tasks(), clock);
    ManifestRegistry registry =
        new ManifestRegistry(queries, sql, books, sink.deliveryId(), sink.generation());
    StagingTables staging =
        new StagingTables(
            rest,
            tables,
            sink.deliveryId(),
            sink.writeMode() == WriteMode.CREATE,
            sink.snapshots().stagingTtlMs(),
            clock);
    KeyedRows keyed = new KeyedRows(new ChangeRows(new UpsertKey(sink.upsert())), tables.detours());
    boolean merges = sink.writeMode() == WriteMode.UPSERT;
    TableWork work =
        merges
            ? new MergeWork(
                jobs,
                queries,
                tables,
                new MergeStaging(rest, jobs, tables, sink.deliveryId(), clock),
                sql,
                keyed,
                Optional.of(sink.upsert().deleteColumn())
                    .filter(column -> sink.upsert().softDelete()))
            : new AppendWork(jobs, tables, budget);
    return new BigQueryParts(
        rest,
        queries,
        jobs,
        sql,
        books,
        ledger,
        streams,
        turns,
        work,
        merges ? keyed : LoadBatch.Rows.values(tables.detours()),
        new RegisterChains(
            sink, jobs, new RangeLoads(jobs, work, settings.routing()), ledger, hints, turns),
        tables,
        registry,
        new SnapshotStager(jobs, staging, tables, registry, budget),
        new BigQuerySnapshots(
            sink.deliveryId(),
            sink.generation(),
            sink.writeMode() == WriteMode.OVERWRITE,
            facts,
            queries,
            sql,
            books,
            ledger,
            registry,
            staging,
            tables,
            sink.writeMode() == WriteMode.CREATE
                ? Optional.of(new SnapshotTables(sink.createFormat(), rest, tables, queries, sql))
                : Optional.empty()),
        hints);
  }

  void close() {
    hints.close();
  }
}
