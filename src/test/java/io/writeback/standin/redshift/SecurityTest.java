package io.writeback.standin.redshift;

import static io.writeback.standin.redshift.RedshiftFixture.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.s3.S3Credentials;
import io.writeback.standin.s3.S3StandIn;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * TLS, login, and COPY with the real S3 client, on a SERIALIZABLE database without plain access.
 */
class SecurityTest {
  private static final AwsKeys USER =
      AwsKeys.of("AKIAREDSHIFTTEST0000", "a/secret+of/this-test-only");
  private static S3StandIn s3;
  private static RedshiftStandIn standIn;

  @TempDir private static Path directory;

  @BeforeAll
  static void start() throws Exception {
    s3 =
        S3StandIn.start(
            S3StandIn.Settings.standard()
                .withDirectory(directory)
                .withUsers(S3Credentials.user(USER.accessKeyId(), USER.secretAccessKey())));
    standIn =
        RedshiftStandIn.start(
            RedshiftSettings.builder()
                .plain(false)
                .owner("loader", "p\u00e4ss word")
                .user("reader", "other")
                .hostNames("cluster.redshift.test")
                .isolation(RedshiftSettings.Isolation.SERIALIZABLE)
                .objects(new S3Objects(s3.endpoint(), "us-east-1"))
                .role("default", USER)
                .build());
  }

  @AfterAll
  static void stop() {
    standIn.close();
    s3.close();
  }

  private static Connection connect(String user, String password, String... options)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    for (String option : options) {
      properties.setProperty(option.split("=", 2)[0], option.split("=", 2)[1]);
    }
    return DriverManager.getConnection(standIn.jdbcUrl(), properties);
  }

  private static String trusting(Path ca) {
    return "sslrootcert=" + ca;
  }

  @Test
  void verifyFullTrustsTheAuthorityAndTheName() throws Exception {
    try (Connection connection =
        connect("loader", "p\u00e4ss word", "sslmode=verify-full", trusting(standIn.caFile()))) {
      assertEquals("loader", value(connection, "SELECT current_user"));
      assertEquals("serializable", value(connection, "SHOW transaction_isolation"));
    }
  }

  @Test
  void anotherAuthorityIsRefusedByTheDriver() throws Exception {
    File other =
        Files.writeString(directory.resolve("other.pem"), new CertificateAuthority("other").pem())
            .toFile();
    SQLException refused =
        assertThrows(
            SQLException.class,
            () ->
                connect("loader", "p\u00e4ss word", "sslmode=verify-full", trusting(other.toPath()))
                    .close());
    assertTrue(refused.getMessage().contains("SSL error"), refused.getMessage());
  }

  @Test
  void aConnectionWithoutTlsIsRefusedIfPlainIsOff() {
    SQLException refused =
        assertThrows(
            SQLException.class, () -> connect("loader", "p\u00e4ss word", "ssl=false").close());
    assertEquals("28000", refused.getSQLState());
  }

  @Test
  void passwordAndDatabaseMustBeRight() {
    String ca = trusting(standIn.caFile());
    SQLException password =
        assertThrows(SQLException.class, () -> connect("loader", "wrong", ca).close());
    assertEquals("28000", password.getSQLState());
    assertTrue(password.getMessage().contains("password authentication failed for user"));
    SQLException user =
        assertThrows(SQLException.class, () -> connect("nobody", "wrong", ca).close());
    assertEquals("28000", user.getSQLState());
    SQLException database =
        assertThrows(
            SQLException.class,
            () ->
                DriverManager.getConnection(
                        standIn.jdbcUrl().replace("/dev", "/none")
                            + "?user=loader&password=p%C3%A4ss%20word&"
                            + ca)
                    .close());
    assertEquals("3D000", database.getSQLState(), database.getMessage());
  }

  @Test
  void copyReadsWithTheRealS3ClientByRoleOrKeys() throws Exception {
    put("data/1.csv", "1\n2\n");
    put(
        "data/manifest",
        "{\"entries\":[{\"url\":\"s3://writeback/data/1.csv\",\"mandatory\":true}]}");
    try (Connection connection = connect("loader", "p\u00e4ss word", trusting(standIn.caFile()))) {
      RedshiftFixture.run(
          connection,
          "CREATE TABLE loaded (id INT)",
          "COPY loaded FROM 's3://writeback/data/manifest' IAM_ROLE default MANIFEST CSV",
          "COPY loaded FROM 's3://writeback/data/1' ACCESS_KEY_ID '%s' SECRET_ACCESS_KEY '%s' REGION 'us-east-1' CSV"
              .formatted(USER.accessKeyId(), USER.secretAccessKey()));
      assertEquals("4", value(connection, "SELECT count(*) FROM loaded"));
      String wrong =
          "COPY loaded FROM 's3://writeback/data/1' ACCESS_KEY_ID '%s' SECRET_ACCESS_KEY 'wrong' CSV"
              .formatted(USER.accessKeyId());
      SQLException denied =
          assertThrows(SQLException.class, () -> RedshiftFixture.run(connection, wrong));
      assertTrue(denied.getMessage().contains("SignatureDoesNotMatch"), denied.getMessage());
    }
    try (Connection reader = connect("reader", "other", trusting(standIn.caFile()))) {
      SQLException denied =
          assertThrows(SQLException.class, () -> value(reader, "SELECT count(*) FROM loaded"));
      assertEquals("42501", denied.getSQLState());
      assertEquals("0", value(reader, "SELECT count(*) FROM stl_load_errors"));
    }
  }

  private static void put(String key, String content) {
    URI endpoint = s3.endpoint();
    try (S3Client client =
        S3Client.builder()
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .forcePathStyle(true)
            .httpClientBuilder(Apache5HttpClient.builder())
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(USER.accessKeyId(), USER.secretAccessKey())))
            .build()) {
      client.putObject(
          request -> request.bucket("writeback").key(key),
          RequestBody.fromBytes(content.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void aCycleOfReadsAndWritesIsASerializableConflict() throws Exception {
    String ca = trusting(standIn.caFile());
    try (Connection one = connect("loader", "p\u00e4ss word", ca);
        Connection two = connect("loader", "p\u00e4ss word", ca)) {
      RedshiftFixture.run(one, "CREATE TABLE a (id INT)", "CREATE TABLE b (id INT)");
      RedshiftFixture.run(one, "BEGIN", "SELECT count(*) FROM a", "INSERT INTO b VALUES (1)");
      RedshiftFixture.run(two, "BEGIN", "SELECT count(*) FROM b", "INSERT INTO a VALUES (1)");
      RedshiftFixture.run(one, "COMMIT");
      SQLException conflict =
          assertThrows(SQLException.class, () -> RedshiftFixture.run(two, "COMMIT"));
      assertTrue(conflict.getMessage().contains("1023"), conflict.getMessage());
    }
  }
}
