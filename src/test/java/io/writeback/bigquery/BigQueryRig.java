package io.writeback.bigquery;

import com.google.api.client.googleapis.services.AbstractGoogleClient;
import com.google.api.client.http.HttpRequestInitializer;
import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.storage.Storage;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.retry.Sleeper;
import io.writeback.sink.Claim;
import io.writeback.sink.CommitOutcome;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.RegisteredManifest;
import io.writeback.sink.SinkRow;
import io.writeback.sink.SinkSettings;
import io.writeback.sink.SnapshotProgress;
import io.writeback.sink.TableBatch;
import io.writeback.sink.Target;
import io.writeback.snapshot.SnapshotManifest;
import io.writeback.standin.bigquery.BigQueryStandIn;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** One task's destination over a stand-in, and the ranges that an engine would give it. */
final class BigQueryRig implements AutoCloseable {
  static final String DATASET = "sales";
  static final TopicPartition TP = new TopicPartition("orders", 0);
  static final TopicPartition MANIFESTS = new TopicPartition("domo.snapshots", 0);
  static final Target ORDERS = new Target(DATASET, "orders");
  static final Schema ROW =
      SchemaBuilder.struct()
          .field("id", Schema.OPTIONAL_INT64_SCHEMA)
          .field("note", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  final SinkSettings settings;
  final Destination destination;
  final BigQueryQueries queries;
  final BigQueryTables tables;

  BigQueryRig(BigQueryStandIn standIn, Map<String, String> changes) {
    this(standIn, changes, UnaryOperator.identity(), request -> {});
  }

  /** As above; with calls that go through somebody else's hands. */
  BigQueryRig(
      BigQueryStandIn standIn,
      Map<String, String> changes,
      UnaryOperator<WriteStreams> through,
      HttpRequestInitializer watching) {
    BigQuerySinkConfig parsed = new BigQuerySinkConfig(config(standIn, changes));
    settings = parsed.sink();
    BigQueryClients clients = new BigQueryClients(parsed.bigQuery());
    RestClients rests = clients.connect();
    Bigquery client = watched(rests.bigquery(), watching);
    RestClients both =
        new RestClients(client, rests.storage().map(storage -> watched(storage, watching)));
    BigQueryDestinations destinations =
        new BigQueryDestinations(
            parsed.sink(), parsed.bigQuery(), Clock.systemUTC(), Sleeper.real());
    destination =
        switch (parsed.bigQuery().method()) {
          case STORAGE_WRITE -> destinations.streaming(both, through.apply(clients.streams()));
          case LOAD_JOB -> destinations.loads(both);
          case INSERT_ALL -> destinations.inserting(both);
        };
    BigQueryRest rest = new BigQueryRest(client, standIn.project());
    tables =
        new BigQueryTables(
            rest,
            new TableUpkeep(
                rest,
                TableDesigns.PLAIN,
                false,
                TypeChange.ROWS,
                ColumnNaming.UNDERSCORE,
                "rig",
                Clock.systemUTC()));
    queries =
        new BigQueryQueries(
            rest,
            new BigQueryJobs(
                rest, standIn.project(), () -> "US", 30_000, Clock.systemUTC(), Sleeper.real()));
  }

  /** A configuration for a stand-in. */
  static Map<String, String> config(BigQueryStandIn standIn, Map<String, String> changes) {
    Map<String, String> config = new HashMap<>(BigQuerySinkConnectorTest.valid());
    config.put("bigquery.project", standIn.project());
    config.put("bigquery.dataset", DATASET);
    config.put("bigquery.endpoint", standIn.endpoint().toString());
    config.put("bigquery.credentials.json", standIn.serviceAccountJson());
    config.put("bigquery.grpc.endpoint", standIn.grpcEndpoint());
    config.putAll(changes);
    return config;
  }

  static Bigquery watched(Bigquery client, HttpRequestInitializer watching) {
    return new Bigquery.Builder(
            client.getRequestFactory().getTransport(),
            client.getJsonFactory(),
            both(client, watching))
        .setRootUrl(client.getRootUrl())
        .setApplicationName(client.getApplicationName())
        .build();
  }

  private static Storage watched(Storage client, HttpRequestInitializer watching) {
    return new Storage.Builder(
            client.getRequestFactory().getTransport(),
            client.getJsonFactory(),
            both(client, watching))
        .setRootUrl(client.getRootUrl())
        .setApplicationName(client.getApplicationName())
        .build();
  }

  private static HttpRequestInitializer both(
      AbstractGoogleClient client, HttpRequestInitializer watching) {
    HttpRequestInitializer own = client.getRequestFactory().getInitializer();
    return request -> {
      own.initialize(request);
      watching.initialize(request);
    };
  }

  Claim claim() {
    return destination.claim(TP, OptionalLong.empty());
  }

  /** A range of plain rows, one per offset; a note of null leaves the offset without a row. */
  PendingRange range(Claim claim, long start, String... notes) {
    return range(claim, start, ORDERS, notes);
  }

  PendingRange range(Claim claim, long start, Target target, String... notes) {
    TableBatch batch = destination.newBatch(claim, start, target, Optional.empty());
    for (int i = 0; i < notes.length; i++) {
      if (notes[i] != null) {
        batch.add(row(start + i, start + i, notes[i], OptionalLong.empty()));
      }
    }
    List<TableBatch> batches = batch.rows() == 0 ? List.of() : List.of(batch);
    return new PendingRange(claim, start, start + notes.length, batches, Map.of(), List.of());
  }

  /** A range of rows of a snapshot; the ordinal is the id. */
  PendingRange staged(Claim claim, String snapshot, long start, int... ordinals) {
    TableBatch batch = destination.newBatch(claim, start, ORDERS, Optional.of(snapshot));
    SnapshotProgress progress =
        claim.snapshots().getOrDefault(snapshot, SnapshotProgress.startingAt(start));
    for (int i = 0; i < ordinals.length; i++) {
      SinkRow row =
          row(start + i, Math.abs(ordinals[i]), snapshot, OptionalLong.of(Math.abs(ordinals[i])));
      if (ordinals[i] < 0) {
        batch.addRejected(row);
        progress = progress.withRejected(-ordinals[i]);
      } else {
        batch.add(row);
        progress = progress.withRow(ordinals[i]);
      }
    }
    return new PendingRange(
        claim,
        start,
        start + ordinals.length,
        List.of(batch),
        Map.of(snapshot, progress),
        List.of());
  }

  static SinkRow row(long offset, long id, String note, OptionalLong ordinal) {
    Struct value = new Struct(ROW).put("id", id).put("note", note);
    return new SinkRow(
        new SinkRecord(TP.topic(), TP.partition(), null, null, ROW, value, offset),
        offset,
        ordinal);
  }

  static RegisteredManifest manifest(String snapshot, long offset, long rows) {
    return new RegisteredManifest(
        new SnapshotManifest(
            "id-1",
            "Orders",
            TP.topic(),
            "domo",
            snapshot,
            "v-" + snapshot,
            Instant.ofEpochMilli(offset),
            SnapshotManifest.Reason.VERSION,
            rows,
            0,
            Optional.empty(),
            List.of(
                new SnapshotManifest.Column(
                    "id", "int64", Optional.empty(), Optional.empty(), false),
                new SnapshotManifest.Column(
                    "note", "string", Optional.empty(), Optional.empty(), false)),
            "f",
            "h-" + snapshot,
            "me",
            Instant.EPOCH,
            Instant.EPOCH),
        ORDERS,
        MANIFESTS.topic(),
        MANIFESTS.partition(),
        offset);
  }

  /** Registers a manifest as the task that holds its partition does. */
  void register(RegisteredManifest manifest) {
    Claim claim = destination.claim(MANIFESTS, OptionalLong.empty());
    commit(
        new PendingRange(
            claim,
            claim.position().orElse(manifest.offset()),
            manifest.offset() + 1,
            List.of(),
            Map.of(),
            List.of(manifest)));
  }

  /** Commits as the engine does: again after every fault that passes. */
  CommitOutcome commit(PendingRange range) {
    for (int attempt = 1; ; attempt++) {
      try {
        return destination.commit(List.of(range)).get(0);
      } catch (FaultException e) {
        if (e.fault() != Fault.RETRY || attempt == 5) {
          throw e;
        }
      }
    }
  }

  /** A table's values of one column, in the order of the ids. */
  List<String> column(String column, Target table) {
    List<String> values = new ArrayList<>();
    for (BigQueryQueries.Row row :
        queries.rows(
            SqlStatement.of(
                "SELECT id, "
                    + column
                    + " AS v FROM `"
                    + DATASET
                    + "."
                    + table.table()
                    + "` ORDER BY id"))) {
      values.add(row.text("v"));
    }
    return values;
  }

  List<String> notes() {
    return column("note", ORDERS);
  }

  List<String> ids() {
    return column("id", ORDERS);
  }

  @Override
  public void close() {
    destination.close();
  }
}
