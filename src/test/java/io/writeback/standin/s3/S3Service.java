package io.writeback.standin.s3;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.http.HttpCall;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** Takes each request through its faults, its checks and its operation. */
final class S3Service {
  @FunctionalInterface
  private interface Operation {
    void handle(S3Call call) throws IOException;
  }

  private final Clock clock;
  private final S3Access access;
  private final S3Counts counts;
  private final FaultPlan<S3Request, S3Fault> faults;
  private final SignatureCheck signatures;
  private final StsOperations sts;
  private final Map<S3Operation, Operation> operations;

  S3Service(
      S3StandIn.Settings settings,
      ObjectStore store,
      S3Access access,
      S3Counts counts,
      FaultPlan<S3Request, S3Fault> faults) {
    this.clock = settings.clock();
    this.access = access;
    this.counts = counts;
    this.faults = faults;
    this.signatures = new SignatureCheck(settings.region(), access);
    this.sts = new StsOperations(settings.roles(), access, signatures);
    this.operations = operations(store, access, settings.region());
  }

  private static Map<S3Operation, Operation> operations(
      ObjectStore store, S3Access access, String region) {
    BucketOperations buckets = new BucketOperations(store, region);
    ObjectWrites writes = new ObjectWrites(store, access);
    ObjectReads reads = new ObjectReads(store, access);
    MultipartWrites multipart = new MultipartWrites(store);
    Map<S3Operation, Operation> map = new EnumMap<>(S3Operation.class);
    map.put(S3Operation.LIST_BUCKETS, buckets::list);
    map.put(S3Operation.CREATE_BUCKET, buckets::create);
    map.put(S3Operation.HEAD_BUCKET, buckets::head);
    map.put(S3Operation.GET_BUCKET_LOCATION, buckets::location);
    map.put(S3Operation.DELETE_BUCKET, buckets::delete);
    map.put(S3Operation.LIST_OBJECTS_V2, new ObjectListing(store)::handle);
    map.put(S3Operation.PUT_OBJECT, writes::put);
    map.put(S3Operation.COPY_OBJECT, writes::copy);
    map.put(S3Operation.DELETE_OBJECT, writes::delete);
    map.put(S3Operation.DELETE_OBJECTS, new BatchDelete(store, access)::handle);
    map.put(S3Operation.GET_OBJECT, reads::get);
    map.put(S3Operation.HEAD_OBJECT, reads::get);
    map.put(S3Operation.GET_OBJECT_TAGGING, reads::tags);
    map.put(S3Operation.CREATE_MULTIPART_UPLOAD, multipart::create);
    map.put(S3Operation.UPLOAD_PART, multipart::part);
    map.put(S3Operation.ABORT_MULTIPART_UPLOAD, multipart::abort);
    map.put(S3Operation.LIST_PARTS, multipart::listParts);
    map.put(S3Operation.LIST_MULTIPART_UPLOADS, multipart::listUploads);
    map.put(S3Operation.COMPLETE_MULTIPART_UPLOAD, new MultipartCompletion(store)::handle);
    return map;
  }

  void handle(HttpCall http) throws IOException {
    S3Request request;
    try {
      request = S3Routes.route(http);
    } catch (S3Error badPath) {
      new S3Call(http, new S3Request(S3Operation.UNKNOWN, "", ""), null, clock.instant())
          .refuse(badPath);
      return;
    }
    counts.arrived(request.operation());
    Optional<S3Fault> fault = faults.next(request);
    if (fault.isPresent() && fault.get() instanceof S3Fault.ResetBefore) {
      http.reset();
      return;
    }
    Instant now = clock.instant();
    if (fault.isPresent() && fault.get() instanceof S3Fault.ClockSkew skew) {
      now = now.plus(skew.ahead());
    }
    S3Call call = new S3Call(http, request, fault.orElse(null), now);
    try {
      perform(call);
      counts.done(request.operation());
    } catch (S3Error error) {
      if (request.is(S3Operation.STS)) {
        StsOperations.refuse(call, error.code().status(), error.code().code(), error.getMessage());
      } else {
        call.refuse(error);
      }
    } catch (NoSuchFileException | FileNotFoundException vanished) {
      call.refuse(new S3Error(S3ErrorCode.INTERNAL_ERROR, vanished.toString()));
    }
  }

  private void perform(S3Call call) throws IOException {
    if (call.fault() instanceof S3Fault.Delay delay) {
      AnswerBody.sleep(delay.time());
    }
    if (call.fault() instanceof S3Fault.Refuse refuse) {
      throw new S3Error(refuse.code());
    }
    if (call.request().is(S3Operation.STS)) {
      sts.handle(call);
      return;
    }
    SignatureCheck.Verified verified = signatures.s3(call.signed(), call.now());
    S3Routes.check(call.request(), call.signed());
    S3Permission permission = call.request().operation().permission();
    if (permission != null) {
      access.demand(verified.credentials().principal(), permission, call.request().key());
    }
    call.authenticated(verified);
    if (call.fault() instanceof S3Fault.ErrorInBody error) {
      call.refuse(200, Map.of("Content-Type", "application/xml"), new S3Error(error.code()));
      return;
    }
    operations.get(call.request().operation()).handle(call);
  }
}
