package io.writeback.bigquery;

import java.util.List;
import java.util.Optional;

/**
 * Where BigQuery is and how it is spoken to.
 *
 * @param project project that owns the dataset and runs the jobs
 * @param dataset dataset of the tables, and of the tables that keep positions
 * @param location of the dataset, or empty to ask the service
 * @param endpoint root URL of the REST API
 * @param grpcEndpoint host:port of the Storage Write API, or empty for the public one
 * @param proxy through which all calls go
 * @param requestTimeoutMs how long one request may take, upload included
 * @param jobTimeoutMs how long one wait for a job may take, before it is taken up again later
 * @param upsert what orders changes, in write mode upsert
 * @param tables how tables are made and changed
 * @param sql statements after commits, and views
 * @param method how rows that wait for no manifest are written
 * @param bucket where the rows of load jobs wait, or empty to upload them with the job
 * @param routing fingerprint of what decides which table a record goes to
 */
record BigQuerySettings(
    String project,
    String dataset,
    Optional<String> location,
    String endpoint,
    Optional<String> grpcEndpoint,
    Login login,
    Optional<Proxy> proxy,
    int requestTimeoutMs,
    long jobTimeoutMs,
    WriteMethod method,
    Streaming streaming,
    Changes upsert,
    Tables tables,
    UserSql sql,
    Optional<Bucket> bucket,
    String routing) {

  /**
   * A bucket of Cloud Storage.
   *
   * @param prefix of the names of objects, without slashes at its ends
   * @param endpoint root URL of the JSON API
   */
  record Bucket(String name, String prefix, String endpoint) {}

  /** SQL of the user: what runs after commits and snapshots, and views. */
  record UserSql(SqlKeys.Hooks hooks, List<SqlKeys.View> views) {
    UserSql {
      views = List.copyOf(views);
    }
  }

  /**
   * Tables.
   *
   * @param designs how they are made
   * @param relaxes whether REQUIRED columns become NULLABLE if the rows need not have them
   * @param typeChange what becomes of a field whose type no longer fits its column
   */
  record Tables(TableDesigns designs, boolean relaxes, TypeChange typeChange) {}

  /**
   * The order of changes.
   *
   * @param sequence offset, timestamp, field:name or header:name
   * @param partitions of each topic, if offsets order them
   */
  record Changes(String sequence, int partitions) {}

  /** How rows are written. */
  enum WriteMethod {
    LOAD_JOB,
    STORAGE_WRITE,
    INSERT_ALL
  }

  /**
   * Streaming.
   *
   * @param requestBytes rows up to this size share a request
   * @param inFlightBytes rows of one stream that may be under way without an answer
   * @param markIntervalMs how often positions are written down
   * @param visibleWithinMs how long rows of an ended stream may stay invisible
   * @param rows what becomes of values that BigQuery has more than one type for, or none
   */
  record Streaming(
      int requestBytes,
      long inFlightBytes,
      long markIntervalMs,
      long visibleWithinMs,
      RowShape.Rules rows) {
    Streaming telling(RecordFacts facts) {
      return new Streaming(
          requestBytes, inFlightBytes, markIntervalMs, visibleWithinMs, rows.telling(facts));
    }
  }

  /** The same with other limits of time. */
  BigQuerySettings within(int newRequestTimeoutMs, long newJobTimeoutMs) {
    return new BigQuerySettings(
        project,
        dataset,
        location,
        endpoint,
        grpcEndpoint,
        login,
        proxy,
        newRequestTimeoutMs,
        newJobTimeoutMs,
        method,
        streaming,
        upsert,
        tables,
        sql,
        bucket,
        routing);
  }

  /**
   * A proxy for HTTP.
   *
   * @param password a secret
   */
  record Proxy(String host, int port, Optional<String> user, String password) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * A user who has authorized a client.
   *
   * @param clientSecret a secret
   * @param refreshToken a secret
   */
  record OAuthUser(String clientId, String clientSecret, String refreshToken, String tokenUrl) {
    @Override
    public String toString() {
      return clientId;
    }
  }

  /**
   * Credentials, by source.
   *
   * @param keyFile path of a document, for KEY_FILE
   * @param keyJson the document itself, for KEY_JSON; a secret
   * @param user for OAUTH_USER; its token URL is for authorized users of a document too
   * @param impersonate service account to act as
   * @param delegates service accounts in between
   * @param iamEndpoint root URL of the service that makes tokens of service accounts
   */
  record Login(
      Source source,
      Optional<String> keyFile,
      Optional<String> keyJson,
      OAuthUser user,
      Optional<String> impersonate,
      List<String> delegates,
      String iamEndpoint) {
    enum Source {
      KEY_FILE,
      KEY_JSON,
      APPLICATION_DEFAULT,
      OAUTH_USER
    }

    @Override
    public String toString() {
      return source.toString();
    }
  }
}
