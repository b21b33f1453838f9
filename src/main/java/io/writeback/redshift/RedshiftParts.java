package io.writeback.redshift;

import io.writeback.sink.SinkSettings;
import io.writeback.sink.WriteMode;
import java.time.Clock;
import java.util.Optional;

/** Everything that a destination is made of, wired once. */
record RedshiftParts(
    SinkSettings settings,
    ControlTables tables,
    Sessions sessions,
    TargetTables targets,
    Feeders feeders,
    Misfits misfits,
    AwsClients clients,
    S3Stage stage,
    ObjectKeys keys,
    RedshiftBatch.BatchParts batchParts,
    Copier copier,
    LineCount lineCount,
    RowLoad rows,
    Showing showing,
    SqlHooks hooks,
    StagedTables stagedTables,
    Orphans orphans,
    SessionRegister register,
    Upkeep upkeep,
    Slices slices,
    String owner)
    implements AutoCloseable {

  static RedshiftParts of(RedshiftSinkConfig config) {
    SinkSettings sink = config.sink();
    Secrets secrets = config.secrets();
    RedshiftFaults faults = new RedshiftFaults(secrets);
    S3Settings s3 = config.s3();
    ControlTables tables =
        new ControlTables(config.controlSchema(), sink.deliveryId(), sink.generation());
    String name = sink.connector() + "-" + sink.task();
    String owner = name + "@" + Hosts.local();
    SessionRegister register = new SessionRegister(tables, owner);
    Sessions sessions = new Sessions(config.connection(), faults, Optional.of(register));
    AwsClients clients = new AwsClients(s3);
    S3Stage stage = new S3Stage(clients.s3(), s3, faults, name);
    ObjectKeys keys = new ObjectKeys(s3.prefix(), sink.deliveryId());
    ChunkPool pool = new ChunkPool(sink.bufferMaxBytes() / 4);
    StagedTables stagedTables = new StagedTables(tables, sessions);
    Copier copier =
        new Copier(
            stage,
            keys,
            s3.region(),
            () -> config.authorization(clients, secrets),
            config.copyOptions());
    RowLoad rows =
        sink.writeMode() == WriteMode.UPSERT
            ? new Upserting(copier, tables, sink.upsert())
            : new Appending(copier);
    Slices slices = new Slices(sessions, config.getInt(RedshiftSinkConfig.SLICES));
    TargetTables targets = new TargetTables(sessions, config.typeChange(), config.tableDesign());
    return new RedshiftParts(
        sink,
        tables,
        sessions,
        targets,
        new Feeders(tables, sessions, targets, config.otherDeliveriesAllowed()),
        config.misfits(targets),
        clients,
        stage,
        keys,
        new RedshiftBatch.BatchParts(
            stage,
            keys,
            pool,
            s3,
            new RowLayout(
                sink,
                config.valuePolicy(),
                config.getString(RedshiftSinkConfig.DELETED_FIELD),
                Clock.systemUTC()),
            new PartSize(s3.partBytes(), slices)),
        copier,
        new LineCount(stage, keys, copier),
        rows,
        showing(config, sessions, targets, copier),
        config.hooks(),
        stagedTables,
        new Orphans(stage, keys, stagedTables),
        register,
        new Upkeep(
            tables,
            sessions,
            config.getLong(RedshiftSinkConfig.LOG_RETENTION_MS),
            config.getBoolean(RedshiftSinkConfig.END_OLD_SESSIONS)),
        slices,
        owner);
  }

  private static Showing showing(
      RedshiftSinkConfig config, Sessions sessions, TargetTables targets, Copier copier) {
    SinkSettings sink = config.sink();
    return switch (sink.writeMode()) {
      case CREATE ->
          new ShowInNewTable(
              sessions, copier, config.hooks(), config.tableDesign(), sink.createFormat());
      case OVERWRITE ->
          config.swaps()
              ? new ShowBySwap(sessions, targets, copier, config.hooks())
              : new ShowInPlace(sessions, targets, copier, config.hooks(), true);
      case APPEND, UPSERT -> new ShowInPlace(sessions, targets, copier, config.hooks(), false);
    };
  }

  @Override
  public void close() {
    stage.close();
    sessions.close();
    clients.close();
  }
}
