package io.writeback.standin.bigquery.storage;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.writeback.standin.FaultPlan;
import io.writeback.standin.StandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * The storage half of BigQuery: BigQueryWrite and BigQueryRead over plain gRPC on a loopback port,
 * on top of the warehouse's tables.
 *
 * <p>Left out: Arrow in both directions, and SplitReadStream.
 */
public final class StorageServer implements StandIn {
  /** Above the request limit, so that a request that is too large gets the service's own answer. */
  private static final int MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

  private final Server server;
  private final FaultPlan<StorageCall, StorageFault> faults;

  private StorageServer(Server server, FaultPlan<StorageCall, StorageFault> faults) {
    this.server = server;
    this.faults = faults;
  }

  /**
   * Starts listening.
   *
   * @param port 0 for any free port
   * @param clock decides when streams and sessions expire
   */
  public static StorageServer start(int port, StorageTables tables, InstantSource clock) {
    FaultPlan<StorageCall, StorageFault> faults = new FaultPlan<>();
    FaultGate gate = new FaultGate(faults);
    StorageAccess access = new StorageAccess(tables);
    try {
      Server server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .maxInboundMessageSize(MAX_MESSAGE_BYTES)
              .intercept(access)
              .addService(
                  new WriteService(
                      access, new WriteStreams(clock), gate, clock, new ChangeMemories(clock)))
              .addService(new ReadService(access, gate, clock))
              .build()
              .start();
      return new StorageServer(server, faults);
    } catch (IOException e) {
      throw new UncheckedIOException("port " + port + " for BigQuery storage is in use", e);
    }
  }

  public int port() {
    return server.getPort();
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port());
  }

  public FaultPlan<StorageCall, StorageFault> faults() {
    return faults;
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the storage server did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
