package io.writeback.standin.bigquery;

import java.time.Clock;
import java.time.Duration;

/**
 * How a stand-in is started.
 *
 * @param port 0 for any free port
 * @param grpcPort of the storage API, 0 for any free port
 * @param project the project of the service account
 * @param memoryMegabytes of DuckDB, outside of the heap
 * @param token how long an access token lives
 * @param pending how long a job is PENDING at least
 * @param running how long a job is RUNNING at least
 * @param streamingMask how long a new table answers 404 to tabledata.insertAll
 * @param rateLimits whether the rate of metadata updates is limited
 * @param loadsPerTablePerDay 1,500 at the service
 * @param clock of rates, expirations and tokens
 */
public record Settings(
    int port,
    int grpcPort,
    String project,
    int memoryMegabytes,
    Duration token,
    Duration pending,
    Duration running,
    Duration streamingMask,
    boolean rateLimits,
    int loadsPerTablePerDay,
    Clock clock) {
  public static Settings defaults() {
    return new Settings(
        0,
        0,
        "local-project",
        512,
        Duration.ofHours(1),
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        true,
        1500,
        Clock.systemUTC());
  }

  public Settings withPort(int other) {
    return new Settings(
        other,
        grpcPort,
        project,
        memoryMegabytes,
        token,
        pending,
        running,
        streamingMask,
        rateLimits,
        loadsPerTablePerDay,
        clock);
  }

  public Settings withGrpcPort(int other) {
    return new Settings(
        port,
        other,
        project,
        memoryMegabytes,
        token,
        pending,
        running,
        streamingMask,
        rateLimits,
        loadsPerTablePerDay,
        clock);
  }

  public Settings withProject(String other) {
    return new Settings(
        port,
        grpcPort,
        other,
        memoryMegabytes,
        token,
        pending,
        running,
        streamingMask,
        rateLimits,
        loadsPerTablePerDay,
        clock);
  }

  public Settings withMemoryMegabytes(int other) {
    return new Settings(
        port,
        grpcPort,
        project,
        other,
        token,
        pending,
        running,
        streamingMask,
        rateLimits,
        loadsPerTablePerDay,
        clock);
  }

  public Settings withToken(Duration other) {
    return new Settings(
        port,
        grpcPort,
        project,
        memoryMegabytes,
        other,
        pending,
        running,
        streamingMask,
        rateLimits,
        loadsPerTablePerDay,
        clock);
  }

  public Settings withJobDelay(Duration whilePending, Duration whileRunning) {
    return new Settings(
        port,
        grpcPort,
        project,
        memoryMegabytes,
        token,
        whilePending,
        whileRunning,
        streamingMask,
        rateLimits,
        loadsPerTablePerDay,
        clock);
  }

  public Settings withStreamingMask(Duration other) {
    return new Settings(
        port,
        grpcPort,
        project,
        memoryMegabytes,
        token,
        pending,
        running,
        other,
        rateLimits,
        loadsPerTablePerDay,
        clock);
  }

  public Settings withRateLimits(boolean other) {
    return new Settings(
        port,
        grpcPort,
        project,
        memoryMegabytes,
        token,
        pending,
        running,
        streamingMask,
        other,
        loadsPerTablePerDay,
        clock);
  }

  public Settings withLoadsPerTablePerDay(int other) {
    return new Settings(
        port,
        grpcPort,
        project,
        memoryMegabytes,
        token,
        pending,
        running,
        streamingMask,
        rateLimits,
        other,
        clock);
  }

  public Settings withClock(Clock other) {
    return new Settings(
        port,
        grpcPort,
        project,
        memoryMegabytes,
        token,
        pending,
        running,
        streamingMask,
        rateLimits,
        loadsPerTablePerDay,
        other);
  }
}
