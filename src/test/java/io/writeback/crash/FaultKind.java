package io.writeback.crash;

import io.grpc.Status;
import io.writeback.standin.bigquery.BigQueryFault;
import io.writeback.standin.bigquery.BigQueryRequest;
import io.writeback.standin.bigquery.storage.StorageCall;
import io.writeback.standin.bigquery.storage.StorageFault;
import io.writeback.standin.domo.DomoFault;
import io.writeback.standin.domo.DomoRequest;
import io.writeback.standin.domo.Route;
import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.s3.S3Fault;
import io.writeback.standin.s3.S3Operation;
import io.writeback.standin.s3.S3Request;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** Everything that goes wrong, each with how often it does compared with the others. */
enum FaultKind {
  WORKER_KILLED(22, Scene::killWorker),
  WORKER_ADDED_AND_REMOVED(4, Scene::addWorker),
  ZOMBIE(6, Scene::freezeWorker),
  BROKER_RESTARTED(3, s -> s.restartBroker()),
  NETWORK_SLOW(4, s -> s.slowNetwork()),
  NETWORK_CUT(4, s -> s.cutNetwork()),
  SPOOL_LOST(2, Scene::loseSpools),
  VERSIONS_IN_A_ROW(6, s -> s.publish()),

  DOMO_TOO_MANY_REQUESTS(
      4,
      s -> domo(s, FaultKind::isCall, s.between(1, 4), DomoFault.tooManyRequests(s.between(0, 1)))),
  DOMO_ERROR_PAGE(
      4, s -> domo(s, FaultKind::isCall, s.between(1, 3), DomoFault.page(s.between(500, 504)))),
  DOMO_RESET(3, s -> domo(s, FaultKind::isCall, 1, DomoFault.reset())),
  DOMO_TRUNCATED(
      6,
      s ->
          domo(
              s,
              FaultKind::isData,
              1,
              new DomoFault.Cut(s.between(10, 20_000), s.between(0, 1) == 0))),
  DOMO_ROWS_MISSING(
      4, s -> domo(s, DomoRequest.on(Route.EXPORT), 1, DomoFault.dropRows(s.between(0, 50), 1))),
  DOMO_ROW_REPEATED(
      3, s -> domo(s, DomoRequest.on(Route.EXPORT), 1, new DomoFault.RepeatRow(s.between(0, 50)))),
  DOMO_STALL(
      2,
      s ->
          domo(s, FaultKind::isData, 1, new DomoFault.Stall(s.between(0, 5_000), s.seconds(1, 7)))),
  DOMO_SLOW(2, s -> domo(s, FaultKind::isData, 1, new DomoFault.Drip(2000, Duration.ofMillis(20)))),
  DOMO_VERSION_REPLACED_WHILE_READ(8, FaultKind::replaceWhileRead),
  DOMO_TOKENS_EXPIRED(
      3,
      s -> {
        s.cloud().domo.expireTokens();
        s.counted();
      }),

  BIGQUERY_ANSWER_LOST(8, s -> bigQuery(s, write(), new BigQueryFault.AnswerLost())),
  BIGQUERY_CUT_BEFORE(4, s -> bigQuery(s, write(), new BigQueryFault.CutBefore())),
  BIGQUERY_ERROR_AFTER_EFFECT(
      6, s -> bigQuery(s, write(), new BigQueryFault.ErrorAfter(503, "backendError", "try again"))),
  BIGQUERY_RATE_LIMITED(4, s -> bigQueryBurst(s, BigQueryFault.Refused.rateLimit())),
  BIGQUERY_UNAVAILABLE(4, s -> bigQueryBurst(s, BigQueryFault.Refused.backend(503))),
  BIGQUERY_TRUNCATED(3, s -> bigQuery(s, ours(), new BigQueryFault.TruncatedBody(10))),
  BIGQUERY_JOB_FAILS(
      4, s -> bigQuery(s, job(), new BigQueryFault.JobFails("backendError", "try again"))),
  BIGQUERY_JOB_HELD(
      6,
      s -> {
        CountDownLatch release = new CountDownLatch(1);
        bigQuery(s, job(), new BigQueryFault.JobHeld(release));
        s.later(s.seconds(2, 10), release::countDown);
      }),
  BIGQUERY_TOKENS_EXPIRED(
      3,
      s -> {
        s.cloud().bigQuery.expireTokens();
        s.counted();
      }),
  STREAM_ANSWER_LOST(8, s -> storage(s, FaultKind::isAppend, new StorageFault.LoseAnswer())),
  STREAM_REFUSED(4, s -> storage(s, call -> true, new StorageFault.Refuse(Status.UNAVAILABLE))),
  STREAM_REFUSED_INSIDE(
      4, s -> storage(s, FaultKind::isAppend, new StorageFault.RefuseInStream(Status.INTERNAL))),
  STREAM_FAILED_YET_LANDED(
      4, s -> storage(s, FaultKind::isAppend, new StorageFault.FailYetLand(Status.INTERNAL))),
  STREAM_APPEND_LATE(3, s -> LateAppend.arm(s)),
  STREAM_ANSWER_LATE(
      4,
      s -> {
        CountDownLatch release = new CountDownLatch(1);
        storage(s, FaultKind::isAppend, new StorageFault.HoldAnswer(release));
        s.later(s.seconds(2, 10), release::countDown);
      }),

  REDSHIFT_COMMIT_ANSWER_LOST(
      10, s -> redshift(s, RedshiftCall.commit(), new RedshiftFault.DropAfter())),
  REDSHIFT_COMMIT_LOST(5, s -> redshift(s, RedshiftCall.commit(), new RedshiftFault.DropBefore())),
  REDSHIFT_STATEMENT_LOST(
      4,
      s ->
          redshift(
              s,
              RedshiftCall.statement("."),
              s.between(0, 1) == 0
                  ? new RedshiftFault.DropAfter()
                  : new RedshiftFault.DropBefore())),
  REDSHIFT_SESSION_KILLED(
      3, s -> redshift(s, RedshiftCall.statement("."), new RedshiftFault.Kill())),
  REDSHIFT_COPY_SLOW(
      3, s -> redshift(s, RedshiftCall.copy(), new RedshiftFault.Slow(s.seconds(1, 6)))),
  REDSHIFT_COPY_HANGS(
      3,
      s -> {
        CountDownLatch release = new CountDownLatch(1);
        redshift(s, RedshiftCall.copy(), new RedshiftFault.Hang(release));
        s.later(s.seconds(2, 10), release::countDown);
      }),
  REDSHIFT_COMMIT_LATE(
      5, s -> redshift(s, RedshiftCall.commit(), new RedshiftFault.Slow(s.seconds(3, 9)))),
  REDSHIFT_CONFLICT(
      4,
      s ->
          redshift(
              s,
              RedshiftCall.statement("^\\s*(copy|insert|update|delete|commit)"),
              s.pick(
                  List.of(
                      RedshiftFault.serializationConflict(),
                      RedshiftFault.snapshotConflict(),
                      RedshiftFault.deadlock())))),
  REDSHIFT_FULL_OF_CONNECTIONS(
      3, s -> redshift(s, RedshiftCall.connecting(), RedshiftFault.tooManyConnections())),
  REDSHIFT_CONNECTIONS_RESET(
      3,
      s -> {
        s.cloud().redshift.resetConnections();
        s.counted();
      }),

  S3_SLOW_DOWN(4, s -> s3(s, r -> true, s.between(1, 6), S3Fault.slowDown())),
  S3_ERROR(3, s -> s3(s, r -> true, s.between(1, 3), S3Fault.internalError())),
  S3_ANSWER_LOST(5, s -> s3(s, FaultKind::isPut, 1, new S3Fault.LostAnswer())),
  S3_RESET(3, s -> s3(s, r -> true, 1, new S3Fault.ResetBefore())),
  S3_SLOW(2, s -> s3(s, r -> true, 2, new S3Fault.Delay(s.seconds(1, 4)))),
  S3_TRUNCATED(
      3,
      s ->
          s3(s, r -> r.is(S3Operation.GET_OBJECT), 1, new S3Fault.TruncateBody(s.between(0, 500)))),
  S3_TOKEN_EXPIRED(2, s -> s3(s, FaultKind::isPut, 1, S3Fault.expiredToken())),

  TUNNEL_CUT(
      5,
      s -> {
        s.cloud().ssh.faults().dropSessions();
        s.counted();
      }),
  TUNNEL_CUT_IN_MID_MESSAGE(
      4,
      s -> {
        s.cloud().ssh.faults().closeTunnelAfter(s.between(1, 20_000));
        s.counted();
      }),
  TUNNEL_STALLED(
      3,
      s -> {
        s.cloud().ssh.faults().stallForwarding(true);
        s.counted();
        s.later(s.seconds(1, 8), () -> s.cloud().ssh.faults().stallForwarding(false));
      }),
  TUNNEL_REFUSED(
      2,
      s -> {
        s.cloud().ssh.faults().refuseConnections(true);
        s.cloud().ssh.faults().dropSessions();
        s.counted();
        s.later(s.seconds(1, 5), () -> s.cloud().ssh.faults().refuseConnections(false));
      });

  /** Does the harm. */
  interface Harm {
    void doTo(Scene scene) throws Exception;
  }

  private final int weight;

  /** Has no state. */
  @SuppressWarnings("ImmutableEnumChecker")
  private final Harm harm;

  FaultKind(int weight, Harm harm) {
    this.weight = weight;
    this.harm = harm;
  }

  int weight() {
    return weight;
  }

  void inject(Scene scene) throws Exception {
    harm.doTo(scene);
  }

  private static boolean isCall(DomoRequest request) {
    return request.route() != Route.ADMIN;
  }

  private static boolean isData(DomoRequest request) {
    return request.route() == Route.EXPORT || request.route() == Route.QUERY;
  }

  private static void domo(Scene s, Predicate<DomoRequest> when, int times, DomoFault fault) {
    s.arm(s.cloud().domo.faults(), when, s.between(0, 2), times, fault);
  }

  /** While rows of a version come out, Domo gets the next one. */
  private static void replaceWhileRead(Scene s) {
    for (DomoDataset dataset : s.replaceable()) {
      var numbers = s.random().split();
      DomoFault fault =
          new DomoFault.During(s.between(0, 1000), () -> dataset.publishNext(numbers));
      s.arm(s.cloud().domo.faults(), DomoRequest.on(Route.EXPORT, dataset.id()), 0, 1, fault);
    }
  }

  private static Predicate<BigQueryRequest> ours() {
    return request -> !request.mentions(BigQueryReader.MARK) && !request.is("jobs.getQueryResults");
  }

  private static Predicate<BigQueryRequest> write() {
    List<String> writes =
        List.of("jobs.insert", "jobs.query", "upload.start", "upload.chunk", "tables.insert");
    return ours().and(request -> writes.contains(request.operation()));
  }

  private static Predicate<BigQueryRequest> job() {
    return ours().and(request -> request.is("job.start") || request.is("job.effect"));
  }

  private static void bigQuery(Scene s, Predicate<BigQueryRequest> when, BigQueryFault fault) {
    s.arm(s.cloud().bigQuery.faults(), when, fault);
  }

  private static void bigQueryBurst(Scene s, BigQueryFault fault) {
    s.arm(s.cloud().bigQuery.faults(), ours(), 0, s.between(2, 6), fault);
  }

  private static boolean isAppend(StorageCall call) {
    return call.is("AppendRows");
  }

  private static void storage(Scene s, Predicate<StorageCall> when, StorageFault fault) {
    s.arm(s.cloud().bigQuery.storageFaults(), when, fault);
  }

  private static void redshift(Scene s, Predicate<RedshiftCall> when, RedshiftFault fault) {
    s.arm(s.cloud().redshift.faults(), when, fault);
  }

  private static boolean isPut(S3Request request) {
    return request.is(S3Operation.PUT_OBJECT);
  }

  private static void s3(Scene s, Predicate<S3Request> when, int times, S3Fault fault) {
    s.arm(s.cloud().s3.faults(), when, s.between(0, 2), times, fault);
  }
}
