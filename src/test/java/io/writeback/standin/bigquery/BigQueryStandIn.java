package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.Options;
import io.writeback.standin.StandIn;
import io.writeback.standin.bigquery.catalog.Catalog;
import io.writeback.standin.bigquery.catalog.CatalogWarehouse;
import io.writeback.standin.bigquery.catalog.DatasetId;
import io.writeback.standin.bigquery.catalog.DuckDatabase;
import io.writeback.standin.bigquery.catalog.TableId;
import io.writeback.standin.bigquery.catalog.Warehouse;
import io.writeback.standin.bigquery.job.JobPace;
import io.writeback.standin.bigquery.job.Jobs;
import io.writeback.standin.bigquery.sql.SqlEngine;
import io.writeback.standin.bigquery.storage.StorageCall;
import io.writeback.standin.bigquery.storage.StorageFault;
import io.writeback.standin.bigquery.storage.StorageServer;
import io.writeback.standin.bigquery.storage.WarehouseStorage;
import io.writeback.standin.gcs.GcsStandIn;
import io.writeback.standin.http.HttpStandInServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * BigQuery's REST API v2 and its storage API on two loopback ports. The real client libraries talk
 * to it with the key of {@link #serviceAccountJson()}: {@code
 * BigQueryOptions.newBuilder().setHost(endpoint)}.
 */
public final class BigQueryStandIn implements StandIn {
  private final Settings settings;
  private final DuckDatabase database;
  private final Catalog catalog;
  private final Warehouse warehouse;
  private final Tokens tokens;
  private final Permissions permissions = new Permissions();
  private final FaultPlan<BigQueryRequest, BigQueryFault> plan = new FaultPlan<>();
  private final StoredObjects objects = new StoredObjects();
  private final Jobs jobs;
  private final Router router;
  private final HttpStandInServer server;
  private final StorageServer storage;

  private BigQueryStandIn(Settings settings) {
    this.settings = settings;
    this.database = DuckDatabase.open(settings.memoryMegabytes());
    this.catalog = new Catalog(database, settings.clock(), settings.rateLimits());
    this.warehouse = new CatalogWarehouse(catalog, new SqlEngine(catalog)::condition);
    this.tokens = new Tokens(settings.clock(), settings.token());
    Faults faults = new Faults(plan);
    this.jobs =
        new Jobs(
            catalog,
            faults,
            new JobPace(settings.pending(), settings.running(), settings.loadsPerTablePerDay()),
            objects);
    this.router = new Router(tokens, permissions, faults);
    UploadApi uploads = routes(faults);
    this.server = start(settings.port());
    uploads.endpoint(server.endpoint());
    this.storage = startStorage();
  }

  private StorageServer startStorage() {
    try {
      return StorageServer.start(
          settings.grpcPort(),
          new WarehouseStorage(warehouse, this::authenticate, permissions::has),
          settings.clock());
    } catch (RuntimeException e) {
      closeRest();
      throw e;
    }
  }

  private HttpStandInServer start(int port) {
    try {
      return HttpStandInServer.start("bigquery", port, router::handle);
    } catch (RuntimeException e) {
      jobs.close();
      database.close();
      throw e;
    }
  }

  /** Starts a service without datasets. */
  public static BigQueryStandIn start(Settings settings) {
    return new BigQueryStandIn(settings);
  }

  private UploadApi routes(Faults faults) {
    DatasetApi datasets = new DatasetApi(catalog, permissions);
    router.add("GET", "{project}/datasets", "datasets.list", datasets::list);
    router.add("POST", "{project}/datasets", "datasets.insert", datasets::insert);
    router.add("GET", "{project}/datasets/{dataset}", "datasets.get", datasets::get);
    router.add("PATCH", "{project}/datasets/{dataset}", "datasets.patch", datasets::patch);
    router.add("PUT", "{project}/datasets/{dataset}", "datasets.update", datasets::update);
    router.add("DELETE", "{project}/datasets/{dataset}", "datasets.delete", datasets::delete);
    TableApi tables = new TableApi(catalog, permissions, faults);
    String list = "{project}/datasets/{dataset}/tables";
    router.add("GET", list, "tables.list", tables::list);
    router.add("POST", list, "tables.insert", tables::insert);
    router.add(
        "POST",
        list + "/{table}:testIamPermissions",
        "tables.testIamPermissions",
        tables::testIamPermissions);
    router.add("GET", list + "/{table}", "tables.get", tables::get);
    router.add("PATCH", list + "/{table}", "tables.patch", tables::patch);
    router.add("PUT", list + "/{table}", "tables.update", tables::update);
    router.add("DELETE", list + "/{table}", "tables.delete", tables::delete);
    TableDataApi data = new TableDataApi(catalog, permissions);
    router.add("GET", list + "/{table}/data", "tabledata.list", data::list);
    StreamingApi streaming =
        new StreamingApi(catalog, warehouse, permissions, settings.streamingMask());
    router.add("POST", list + "/{table}/insertAll", "tabledata.insertAll", streaming::insertAll);
    JobApi api = new JobApi(jobs, data, permissions);
    router.add("POST", "{project}/jobs", "jobs.insert", api::insert);
    router.add("GET", "{project}/jobs", "jobs.list", api::list);
    router.add("GET", "{project}/jobs/{job}", "jobs.get", api::get);
    router.add("POST", "{project}/jobs/{job}/cancel", "jobs.cancel", api::cancel);
    router.add("DELETE", "{project}/jobs/{job}/delete", "jobs.delete", api::delete);
    router.add("POST", "{project}/queries", "jobs.query", api::query);
    router.add("GET", "{project}/queries/{job}", "jobs.getQueryResults", api::results);
    UploadApi uploads = new UploadApi(api);
    router.addUpload("POST", "upload.start", uploads::start);
    router.addUpload("PUT", "upload.chunk", uploads::chunk);
    return uploads;
  }

  @Override
  public URI endpoint() {
    return server.endpoint();
  }

  /** Where clients of the storage API reach it without TLS: host and port. */
  public String grpcEndpoint() {
    return storage.endpoint().getAuthority();
  }

  public String project() {
    return settings.project();
  }

  /** The e-mail address of the service account that everybody uses unless told otherwise. */
  public String serviceAccount() {
    return "writeback@" + settings.project() + ".iam.gserviceaccount.com";
  }

  /** A key file for {@link #serviceAccount()}. */
  public String serviceAccountJson() {
    return serviceAccountJson(serviceAccount());
  }

  /** A key file for an account, which is made if it is new. */
  public String serviceAccountJson(String email) {
    return tokens.account(email).json(settings.project(), endpoint().resolve("/token").toString());
  }

  /** What gcloud writes for a user who has logged in: a client and a refresh token. */
  public String authorizedUserJson(String email) {
    Tokens.OAuthClient client = tokens.authorize(email);
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "authorized_user")
        .put("client_id", client.id())
        .put("client_secret", client.secret())
        .put("refresh_token", client.refreshToken())
        .toString();
  }

  /** Lets a token of another identity provider stand for a principal. */
  public void federate(String subjectToken, String principal) {
    tokens.federate(subjectToken, principal);
  }

  /** Faults of calls and jobs. */
  public FaultPlan<BigQueryRequest, BigQueryFault> faults() {
    return plan;
  }

  /** Faults of calls of the storage API. */
  public FaultPlan<StorageCall, StorageFault> storageFaults() {
    return storage.faults();
  }

  public Permissions permissions() {
    return permissions;
  }

  /** Tables and rows, for the other half of the service and for tests. */
  public Warehouse warehouse() {
    return warehouse;
  }

  /**
   * Whose token this is.
   *
   * @throws io.writeback.standin.bigquery.catalog.ApiException 401
   */
  public String authenticate(String authorization) {
    return tokens.authenticate(authorization);
  }

  /** Ends every access token; clients must fetch new ones. */
  public void expireTokens() {
    tokens.expireAll();
  }

  public void createDataset(String name, String location) {
    catalog.createDataset(
        new DatasetId(project(), name), location, JsonNodeFactory.instance.objectNode());
  }

  /** Stores an object for load jobs. */
  public void putObject(String uri, byte[] bytes) {
    objects.put(uri, bytes);
  }

  /** Load jobs read objects from there. */
  public void readsFrom(GcsStandIn storage) {
    objects.lookIn(storage);
  }

  /** As if the service had moved a table's streamed rows to their final storage. */
  public void drainStreamingBuffer(TableId table) {
    catalog.settle(catalog.table(table));
  }

  /** How often a REST method has been called, such as {@code jobs.insert}. */
  public long calls(String operation) {
    return router.calls(operation);
  }

  /** Ends every open connection now. */
  public void dropConnections() {
    server.dropConnections();
  }

  @Override
  public void close() {
    storage.close();
    closeRest();
  }

  private void closeRest() {
    server.close();
    jobs.close();
    database.close();
  }

  /**
   * Runs the stand-in alone.
   *
   * <p>{@code --port=N} (9050), {@code --grpc-port=N} (9060), {@code --project=NAME}
   * (local-project), {@code --dataset=NAME} makes a dataset, {@code --location=US}, {@code
   * --key=FILE} writes the service account's key there, {@code --memory=MB} of DuckDB (512), {@code
   * --job-delay=MS} that a job runs at least (0), {@code --rate-limits=false}.
   */
  public static void main(String[] args) {
    Set<String> known =
        Set.of(
            "port",
            "grpc-port",
            "project",
            "dataset",
            "location",
            "key",
            "memory",
            "job-delay",
            "rate-limits");
    Options.main(args, known, BigQueryStandIn::serve);
  }

  private static void serve(Options options) throws Exception {
    Settings settings =
        Settings.defaults()
            .withPort((int) options.number("port", 9050))
            .withGrpcPort((int) options.number("grpc-port", 9060))
            .withProject(options.text("project").orElse("local-project"))
            .withMemoryMegabytes((int) options.number("memory", 512))
            .withJobDelay(Duration.ZERO, Duration.ofMillis(options.number("job-delay", 0)))
            .withRateLimits(options.text("rate-limits").map(Boolean::parseBoolean).orElse(true));
    try (BigQueryStandIn standIn = start(settings)) {
      if (options.text("dataset").isPresent()) {
        standIn.createDataset(options.text("dataset").get(), options.text("location").orElse("US"));
      }
      Path key = Path.of(options.text("key").orElse("bigquery-key.json"));
      Files.writeString(key, standIn.serviceAccountJson());
      System.out.println("bigquery  " + standIn.endpoint() + "  key " + key.toAbsolutePath());
      System.out.println("bigquery storage (gRPC)  " + standIn.grpcEndpoint());
      Runtime.getRuntime().addShutdownHook(new Thread(standIn::close));
      new CountDownLatch(1).await();
    }
  }
}
