package io.writeback.standin.bigquery;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/** How a stand-in is started. Immutable. */
public final class Settings {
  private int port;
  private int grpcPort;
  private String project = "local-project";
  private int memoryMegabytes = 512;
  private Duration token = Duration.ofHours(1);
  private Duration pending = Duration.ZERO;
  private Duration running = Duration.ZERO;
  private Duration streamingMask = Duration.ZERO;
  private boolean rateLimits = true;
  private int loadsPerTablePerDay = 1500;
  private Clock clock = Clock.systemUTC();

  private Settings() {}

  public static Settings defaults() {
    return new Settings();
  }

  private Settings with(Consumer<Settings> change) {
    Settings copy = new Settings();
    copy.port = port;
    copy.grpcPort = grpcPort;
    copy.project = project;
    copy.memoryMegabytes = memoryMegabytes;
    copy.token = token;
    copy.pending = pending;
    copy.running = running;
    copy.streamingMask = streamingMask;
    copy.rateLimits = rateLimits;
    copy.loadsPerTablePerDay = loadsPerTablePerDay;
    copy.clock = clock;
    change.accept(copy);
    return copy;
  }

  /** 0 for any free port. */
  public int port() {
    return port;
  }

  public Settings withPort(int other) {
    return with(copy -> copy.port = other);
  }

  /** Of the storage API, 0 for any free port. */
  public int grpcPort() {
    return grpcPort;
  }

  public Settings withGrpcPort(int other) {
    return with(copy -> copy.grpcPort = other);
  }

  /** The project of the service account. */
  public String project() {
    return project;
  }

  public Settings withProject(String other) {
    return with(copy -> copy.project = other);
  }

  /** Of DuckDB, outside of the heap. */
  public int memoryMegabytes() {
    return memoryMegabytes;
  }

  public Settings withMemoryMegabytes(int other) {
    return with(copy -> copy.memoryMegabytes = other);
  }

  /** How long an access token lives. */
  public Duration token() {
    return token;
  }

  public Settings withToken(Duration other) {
    return with(copy -> copy.token = other);
  }

  /** How long a job is PENDING at least. */
  public Duration pending() {
    return pending;
  }

  /** How long a job is RUNNING at least. */
  public Duration running() {
    return running;
  }

  public Settings withJobDelay(Duration beforeIt, Duration whileIt) {
    return with(
        copy -> {
          copy.pending = beforeIt;
          copy.running = whileIt;
        });
  }

  /** How long a new table answers 404 to tabledata.insertAll. */
  public Duration streamingMask() {
    return streamingMask;
  }

  public Settings withStreamingMask(Duration other) {
    return with(copy -> copy.streamingMask = other);
  }

  /** Whether the rate of metadata updates is limited. */
  public boolean rateLimits() {
    return rateLimits;
  }

  public Settings withRateLimits(boolean other) {
    return with(copy -> copy.rateLimits = other);
  }

  /** 1,500 at the service. */
  public int loadsPerTablePerDay() {
    return loadsPerTablePerDay;
  }

  public Settings withLoadsPerTablePerDay(int other) {
    return with(copy -> copy.loadsPerTablePerDay = other);
  }

  /** Of rates, expirations and tokens. */
  public Clock clock() {
    return clock;
  }

  public Settings withClock(Clock other) {
    return with(copy -> copy.clock = other);
  }
}
