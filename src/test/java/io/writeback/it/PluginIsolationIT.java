package io.writeback.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.local.ComponentArchive;
import io.writeback.standin.bigquery.BigQueryStandIn;
import io.writeback.standin.s3.S3Credentials;
import io.writeback.standin.s3.S3StandIn;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.runtime.isolation.PluginClassLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archive in Connect's own plugin class loader, below a worker that has grpc and an AWS SDK of
 * its own on the class path, as some distributions do. The plugin must not see them.
 */
class PluginIsolationIT {
  private static final Path TARGET = Path.of("target");

  @TempDir static Path dir;
  private static URLClassLoader worker;
  private static PluginClassLoader plugin;

  @BeforeAll
  static void load() throws Exception {
    ComponentArchive archive =
        ComponentArchive.unpack(ComponentArchive.file(TARGET), dir.resolve("plugins"));
    List<URL> workerJars = urls(TARGET.resolve("local/worker"), "");
    workerJars.addAll(urls(TARGET.resolve("local/lib"), "grpc-"));
    workerJars.addAll(urls(TARGET.resolve("local/lib"), "s3-"));
    workerJars.addAll(urls(TARGET.resolve("local/lib"), "sdk-core-"));
    worker =
        new URLClassLoader(workerJars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    plugin =
        new PluginClassLoader(
            archive.root().toUri().toURL(), urls(archive.lib(), "").toArray(URL[]::new), worker);
  }

  @AfterAll
  static void unload() throws IOException {
    plugin.close();
    worker.close();
  }

  @Test
  void connectorsComeFromTheArchiveAndConnectFromTheWorker() throws Exception {
    for (String name :
        List.of(
            "io.writeback.domo.DomoSourceConnector",
            "io.writeback.bigquery.BigQuerySinkConnector",
            "io.writeback.redshift.RedshiftSinkConnector")) {
      assertThrows(ClassNotFoundException.class, () -> worker.loadClass(name), name);
      Class<?> connector = plugin.loadClass(name);
      assertEquals(plugin, connector.getClassLoader(), name);
      assertEquals(
          worker,
          plugin.loadClass("org.apache.kafka.connect.connector.Connector").getClassLoader());
      assertTrue(
          connector
              .getProtectionDomain()
              .getCodeSource()
              .getLocation()
              .getPath()
              .startsWith(dir.toString()));
    }
  }

  @Test
  void theWorkersJsonIsNotThePlugins() throws Exception {
    String mapper = "com.fasterxml.jackson.databind.ObjectMapper";
    assertNotSame(worker.loadClass(mapper), plugin.loadClass(mapper));
    assertEquals(plugin, plugin.loadClass(mapper).getClassLoader());
  }

  /** The real write client, over a real connection, while the worker's own grpc is in sight. */
  @Test
  void theWriteClientWorksBelowAWorkerWithItsOwnGrpc() throws Exception {
    assertEquals(worker, worker.loadClass("io.grpc.ManagedChannel").getClassLoader());
    try (BigQueryStandIn bigQuery =
        BigQueryStandIn.start(io.writeback.standin.bigquery.Settings.defaults())) {
      Path key = Files.writeString(dir.resolve("key.json"), bigQuery.serviceAccountJson());
      Map<String, String> config = new HashMap<>();
      config.put("name", "isolation");
      config.put("topics", "t,domo.snapshots");
      config.put("bigquery.project", bigQuery.project());
      config.put("bigquery.dataset", "d");
      config.put("bigquery.credentials.file", key.toString());
      config.put("bigquery.endpoint", bigQuery.endpoint().toString());
      config.put("bigquery.grpc.endpoint", bigQuery.grpcEndpoint());
      Object client = inPluginLoader(() -> writeClient(config));
      String missing =
          "projects/" + bigQuery.project() + "/datasets/d/tables/missing/streams/_default";
      Method finalizeStream = client.getClass().getMethod("finalizeWriteStream", String.class);
      InvocationTargetException refused =
          assertThrows(
              InvocationTargetException.class,
              () -> inPluginLoader(() -> finalizeStream.invoke(client, missing)));
      assertEquals(
          "com.google.api.gax.rpc.InvalidArgumentException",
          refused.getCause().getClass().getName(),
          String.valueOf(refused.getCause()));
      client.getClass().getMethod("close").invoke(client);
    }
  }

  /** The real S3 client, while half of another SDK is in sight. */
  @Test
  void theS3ClientWorksBelowAWorkerWithItsOwnSdk() throws Exception {
    try (S3StandIn s3 =
        S3StandIn.start(
            S3StandIn.Settings.standard()
                .withBuckets("staging")
                .withUsers(S3Credentials.user("AKIAISOLATION0000000", "secret")))) {
      Map<String, String> config = new HashMap<>();
      config.put("name", "isolation");
      config.put("topics", "t,domo.snapshots");
      config.put("redshift.host", "localhost");
      config.put("redshift.database", "dev");
      config.put("redshift.user", "u");
      config.put("s3.bucket", "staging");
      config.put("s3.region", "us-east-1");
      config.put("s3.access.key.id", "AKIAISOLATION0000000");
      config.put("s3.secret.access.key", "secret");
      config.put("s3.endpoint", s3.endpoint().toString());
      config.put("s3.path.style", "true");
      Object parsed = construct("io.writeback.redshift.RedshiftSinkConfig", Map.class, config);
      Object settings = call(parsed, "s3");
      Object clients =
          inPluginLoader(
              () -> construct("io.writeback.redshift.AwsClients", settings.getClass(), settings));
      Object buckets = inPluginLoader(() -> call(call(clients, "s3"), "listBuckets"));
      assertTrue(buckets.toString().contains("staging"), buckets.toString());
      ((AutoCloseable) clients).close();
    }
  }

  private static Object writeClient(Map<String, String> config) throws Exception {
    Object parsed = construct("io.writeback.bigquery.BigQuerySinkConfig", Map.class, config);
    Object settings = call(parsed, "bigQuery");
    Object clients =
        construct("io.writeback.bigquery.BigQueryClients", settings.getClass(), settings);
    Object streams = call(clients, "streams");
    Field client = streams.getClass().getDeclaredField("client");
    client.setAccessible(true);
    return client.get(streams);
  }

  private interface Action {
    Object run() throws Exception;
  }

  /** As a Connect task runs: with the plugin's loader as the thread's. */
  private static Object inPluginLoader(Action action) throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(plugin);
    try {
      return action.run();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static Object construct(String type, Class<?> parameter, Object argument)
      throws Exception {
    Constructor<?> constructor = plugin.loadClass(type).getDeclaredConstructor(parameter);
    constructor.setAccessible(true);
    return constructor.newInstance(argument);
  }

  private static Object call(Object target, String method) throws Exception {
    for (Class<?> type = target.getClass(); type != null; type = type.getSuperclass()) {
      for (Method candidate : type.getDeclaredMethods()) {
        if (candidate.getName().equals(method) && candidate.getParameterCount() == 0) {
          candidate.setAccessible(true);
          return candidate.invoke(target);
        }
      }
    }
    for (Class<?> type : target.getClass().getInterfaces()) {
      try {
        return type.getMethod(method).invoke(target);
      } catch (NoSuchMethodException e) {
        continue;
      }
    }
    throw new NoSuchMethodException(target.getClass() + "." + method);
  }

  private static List<URL> urls(Path jars, String prefix) throws IOException {
    List<URL> urls = new ArrayList<>();
    try (Stream<Path> files = Files.list(jars)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith(prefix) && name.endsWith(".jar")) {
          urls.add(file.toUri().toURL());
        }
      }
    }
    return urls;
  }
}
