package io.writeback.standin.s3;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.Options;
import io.writeback.standin.StandIn;
import io.writeback.standin.http.HttpStandInServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * S3 and STS on one loopback port, with path-style addresses. Objects are files in a directory of
 * its own, which goes when the stand-in closes.
 */
public final class S3StandIn implements StandIn {
  private static final Set<String> OPTIONS =
      Set.of("port", "region", "bucket", "access-key", "secret-key", "role", "directory");

  /**
   * How to start.
   *
   * @param port 0 for any free port
   * @param directory where the objects' directory is made; null for the temporary directory
   */
  public record Settings(
      int port,
      String region,
      List<String> buckets,
      List<S3Credentials> users,
      List<StsRole> roles,
      Path directory,
      Clock clock) {
    public Settings {
      buckets = List.copyOf(buckets);
      users = List.copyOf(users);
      roles = List.copyOf(roles);
    }

    /** Region us-east-1, the bucket {@code writeback}, one user, one role that it may assume. */
    public static Settings standard() {
      return new Settings(
          0,
          "us-east-1",
          List.of("writeback"),
          List.of(S3Credentials.user("AKIAWRITEBACKLOCAL00", "local/secret+of/the-stand-in")),
          List.of(StsRole.open("arn:aws:iam::000000000000:role/writeback")),
          null,
          Clock.systemUTC());
    }

    public Settings withPort(int newPort) {
      return new Settings(newPort, region, buckets, users, roles, directory, clock);
    }

    public Settings withRegion(String newRegion) {
      return new Settings(port, newRegion, buckets, users, roles, directory, clock);
    }

    public Settings withBuckets(String... newBuckets) {
      return new Settings(port, region, List.of(newBuckets), users, roles, directory, clock);
    }

    public Settings withUsers(S3Credentials... newUsers) {
      return new Settings(port, region, buckets, List.of(newUsers), roles, directory, clock);
    }

    public Settings withRoles(StsRole... newRoles) {
      return new Settings(port, region, buckets, users, List.of(newRoles), directory, clock);
    }

    public Settings withDirectory(Path newDirectory) {
      return new Settings(port, region, buckets, users, roles, newDirectory, clock);
    }

    public Settings withClock(Clock newClock) {
      return new Settings(port, region, buckets, users, roles, directory, newClock);
    }
  }

  private final Settings settings;
  private final ObjectStore store;
  private final S3Access access;
  private final S3Counts counts = new S3Counts();
  private final FaultPlan<S3Request, S3Fault> faults = new FaultPlan<>();
  private final HttpStandInServer server;

  private S3StandIn(Settings settings) {
    this.settings = settings;
    this.access = new S3Access(settings.clock());
    settings.users().forEach(access::add);
    settings.buckets().forEach(BucketOperations::checkName);
    this.store = new ObjectStore(settings.directory());
    settings.buckets().forEach(name -> store.create(name, settings.clock().instant()));
    S3Service service = new S3Service(settings, store, access, counts, faults);
    boolean started = false;
    try {
      this.server = HttpStandInServer.start("s3", settings.port(), service::handle);
      started = true;
    } finally {
      if (!started) {
        store.close();
      }
    }
  }

  /**
   * Starts.
   *
   * @throws java.io.UncheckedIOException in words, if the port is in use or the directory no good
   */
  public static S3StandIn start(Settings settings) {
    return new S3StandIn(settings);
  }

  @Override
  public URI endpoint() {
    return server.endpoint();
  }

  public Settings settings() {
    return settings;
  }

  /** Who may do what; can be changed while it runs. */
  public S3Access access() {
    return access;
  }

  public FaultPlan<S3Request, S3Fault> faults() {
    return faults;
  }

  public S3View view() {
    return new S3View(store, counts);
  }

  /** Ends every connection now. */
  public void dropConnections() {
    server.dropConnections();
  }

  /** Where the objects' files are. */
  Path directory() {
    return store.directory();
  }

  @Override
  public void close() {
    try {
      server.close();
    } finally {
      store.close();
    }
  }

  /**
   * Runs until it is interrupted. Options: {@code --port} (0), {@code --region} (us-east-1), {@code
   * --bucket} (writeback; several with commas), {@code --access-key}, {@code --secret-key}, {@code
   * --role} (ARN that the key may assume), {@code --directory} (of the objects; temporary).
   */
  public static void main(String[] args) {
    Options.main(args, OPTIONS, S3StandIn::run);
  }

  private static void run(Options options) throws InterruptedException {
    Settings standard = Settings.standard();
    S3Credentials user = standard.users().get(0);
    S3Credentials configured =
        S3Credentials.user(
            options.text("access-key").orElse(user.accessKeyId()),
            options.text("secret-key").orElse(user.secretAccessKey()));
    Settings settings =
        new Settings(
            Math.toIntExact(options.number("port", 0)),
            options.text("region").orElse(standard.region()),
            List.of(options.text("bucket").orElse("writeback").split(",", -1)),
            List.of(configured),
            options.text("role").map(arn -> List.of(StsRole.open(arn))).orElse(standard.roles()),
            options.text("directory").map(Path::of).orElse(null),
            standard.clock());
    S3StandIn s3 = start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(s3::close, "s3-close"));
    System.out.println("s3  endpoint " + s3.endpoint() + "  region " + settings.region());
    System.out.println("s3  buckets " + String.join(", ", settings.buckets()));
    System.out.println(
        "s3  AWS_ACCESS_KEY_ID="
            + configured.accessKeyId()
            + " AWS_SECRET_ACCESS_KEY="
            + configured.secretAccessKey());
    settings.roles().forEach(role -> System.out.println("s3  role " + role.arn()));
    new CountDownLatch(1).await();
  }
}
