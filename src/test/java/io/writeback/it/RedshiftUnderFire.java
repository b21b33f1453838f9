package io.writeback.it;

import io.writeback.standin.redshift.RedshiftCall;
import io.writeback.standin.redshift.RedshiftFault;
import io.writeback.standin.redshift.RedshiftSettings;
import io.writeback.standin.redshift.RedshiftStandIn;
import io.writeback.standin.redshift.S3Objects;
import io.writeback.standin.s3.S3Fault;
import io.writeback.standin.s3.S3Operation;
import io.writeback.standin.s3.S3StandIn;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** Redshift and S3. */
final class RedshiftUnderFire implements WarehouseUnderFire {
  private final S3StandIn s3;
  private final S3Objects objects;
  private final RedshiftStandIn redshift;

  RedshiftUnderFire() throws IOException {
    s3 = S3StandIn.start(S3StandIn.Settings.standard());
    objects = new S3Objects(s3.endpoint(), "us-east-1");
    redshift = RedshiftStandIn.start(RedshiftSettings.builder().objects(objects).build());
  }

  @Override
  public String name() {
    return "Redshift";
  }

  @Override
  public Map<String, String> config() {
    Map<String, String> config = new HashMap<>();
    config.put("connector.class", "io.writeback.redshift.RedshiftSinkConnector");
    config.put("redshift.host", redshift.host());
    config.put("redshift.port", String.valueOf(redshift.port()));
    config.put("redshift.database", redshift.database());
    config.put("redshift.user", redshift.user());
    config.put("redshift.password", redshift.password());
    config.put("redshift.ssl.mode", "verify-full");
    config.put("redshift.ssl.ca", redshift.caPem());
    config.put("s3.bucket", "writeback");
    config.put("s3.region", "us-east-1");
    config.put("s3.endpoint", s3.endpoint().toString());
    config.put("s3.path.style", "true");
    config.put("s3.access.key.id", "AKIAWRITEBACKLOCAL00");
    config.put("s3.secret.access.key", "local/secret+of/the-stand-in");
    config.put("flush.interval.ms", "300");
    config.put("table.metadata.columns", "partition,offset");
    return config;
  }

  @Override
  public void harm(Random random) {
    int after = random.nextInt(3);
    switch (random.nextInt(4)) {
      case 0 ->
          redshift.faults().arm(RedshiftCall.commit(), after, 1, new RedshiftFault.DropAfter());
      case 1 ->
          redshift.faults().arm(RedshiftCall.commit(), after, 1, new RedshiftFault.DropBefore());
      case 2 -> redshift.faults().arm(RedshiftCall.copy(), after, 1, new RedshiftFault.Kill());
      default ->
          s3.faults().arm(r -> r.is(S3Operation.PUT_OBJECT), after, 1, new S3Fault.LostAnswer());
    }
  }

  @Override
  public void calm() {
    redshift.faults().clear();
    s3.faults().clear();
  }

  @Override
  public long harmed() {
    return redshift.faults().fired() + s3.faults().fired();
  }

  @Override
  public long landed() {
    return one("SELECT to_regclass('public." + TABLE + "') IS NULL").equals("t")
        ? 0
        : Long.parseLong(one("SELECT count(*) FROM " + TABLE));
  }

  @Override
  public String found() {
    return one(
        "SELECT count(*) || ' rows, ' || count(DISTINCT id) || ' ids, '"
            + " || count(DISTINCT (kafka_partition, kafka_offset)) || ' places, sum '"
            + " || sum(('x' || substr(md5(id || '|' || name), 1, 8))::bit(32)::bigint) FROM "
            + TABLE);
  }

  private String one(String sql) {
    try (Connection admin = DriverManager.getConnection(redshift.adminUrl());
        Statement statement = admin.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    redshift.close();
    objects.close();
    s3.close();
  }
}
