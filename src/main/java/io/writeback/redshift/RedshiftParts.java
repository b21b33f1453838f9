package io.writeback.redshift;

import io.writeback.redshift.CopyStatement.Authorization;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.WriteMode;

/** Everything that a destination is made of, wired once. */
record RedshiftParts(
    SinkSettings settings,
    ControlTables tables,
    Sessions sessions,
    TargetTables targets,
    AwsClients clients,
    S3Stage stage,
    ObjectKeys keys,
    RedshiftBatch.BatchParts batchParts,
    Copier copier,
    RowLoad rows,
    Showing showing,
    StagedTables stagedTables,
    Orphans orphans,
    String owner)
    implements AutoCloseable {

  static RedshiftParts of(RedshiftSinkConfig config) {
    SinkSettings sink = config.sink();
    Secrets secrets = config.secrets();
    RedshiftFaults faults = new RedshiftFaults(secrets);
    S3Settings s3 = config.s3();
    ControlTables tables =
        new ControlTables(config.controlSchema(), sink.deliveryId(), sink.generation());
    Sessions sessions = new Sessions(config.connection(), faults);
    AwsClients clients = new AwsClients(s3);
    String name = sink.connector() + "-" + sink.task();
    S3Stage stage = new S3Stage(clients.s3(), s3, faults, name);
    ObjectKeys keys = new ObjectKeys(s3.prefix(), sink.deliveryId());
    ChunkPool pool = new ChunkPool(sink.bufferMaxBytes() / 4);
    StagedTables stagedTables = new StagedTables(tables, sessions);
    Copier copier =
        new Copier(
            stage,
            keys,
            s3.region(),
            () -> authorization(config, clients, secrets),
            config.copyOptions());
    RowLoad rows =
        sink.writeMode() == WriteMode.UPSERT
            ? new Upserting(copier, tables, sink.upsert())
            : new Appending(copier);
    TargetTables targets = new TargetTables(sessions, config.typeChange());
    return new RedshiftParts(
        sink,
        tables,
        sessions,
        targets,
        clients,
        stage,
        keys,
        new RedshiftBatch.BatchParts(stage, keys, pool, s3, new RowLayout(sink, config.valuePolicy())),
        copier,
        rows,
        showing(config, sessions, targets, copier),
        stagedTables,
        new Orphans(stage, keys, stagedTables),
        name + "@" + Hosts.local());
  }

  private static Showing showing(
      RedshiftSinkConfig config, Sessions sessions, TargetTables targets, Copier copier) {
    SinkSettings sink = config.sink();
    return switch (sink.writeMode()) {
      case CREATE -> new ShowInNewTable(copier, new TableDesign(), sink.createFormat());
      case OVERWRITE ->
          config.swaps()
              ? new ShowBySwap(sessions, targets, copier)
              : new ShowInPlace(targets, copier, true);
      case APPEND, UPSERT -> new ShowInPlace(targets, copier, false);
    };
  }

  private static Authorization authorization(
      RedshiftSinkConfig config, AwsClients clients, Secrets secrets) {
    return config
        .iamRole()
        .<Authorization>map(Authorization.Role::new)
        .orElseGet(
            () -> {
              // Keys of a role change while the task runs; each new pair is hidden before use.
              AwsKeys keys = clients.currentKeys();
              secrets.add(keys);
              return new Authorization.Keys(keys);
            });
  }

  @Override
  public void close() {
    stage.close();
    sessions.close();
    clients.close();
  }
}
