package io.writeback.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.writeback.Version;
import io.writeback.local.ConnectRuntime;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Everything of Kafka that the plugin touches is there on each Connect version that it is promised
 * to run on, though it is compiled with the newest: a method that is missing would show only when
 * its line is reached.
 */
class ConnectApiIT {
  private static final Path TARGET = Path.of("target");
  private static final String KAFKA = "org.apache.kafka.";

  /** They catch what is missing, and do without. */
  private static final Set<String> GUARDED =
      Set.of("io.writeback.metrics.TaskMetrics", "io.writeback.metrics.PluginTaskMetrics");

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .importUrl(Version.class.getProtectionDomain().getCodeSource().getLocation());
  }

  @ParameterizedTest
  @EnumSource(ConnectRuntime.class)
  void nothingThatThePluginTouchesIsMissing(ConnectRuntime connect) throws Exception {
    Set<String> missing = new TreeSet<>();
    try (URLClassLoader worker = loader(connect)) {
      for (JavaClass plugin : classes) {
        if (GUARDED.contains(plugin.getName())) {
          continue;
        }
        for (Dependency dependency : plugin.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (target.getName().startsWith(KAFKA) && !exists(worker, target.getName())) {
            missing.add(plugin.getName() + " uses " + target.getName());
          }
        }
        for (JavaAccess<?> access : plugin.getAccessesFromSelf()) {
          AccessTarget target = access.getTarget();
          if (target.getOwner().getName().startsWith(KAFKA) && !exists(worker, target)) {
            missing.add(plugin.getName() + " uses " + target.getFullName());
          }
        }
      }
    }
    assertEquals(Set.of(), missing, connect.toString());
  }

  /** The check sees what is not there. */
  @ParameterizedTest
  @EnumSource(ConnectRuntime.class)
  void theGuardedMetricsAreMissingBefore41(ConnectRuntime connect) throws Exception {
    try (URLClassLoader worker = loader(connect)) {
      JavaClass guarded = classes.get("io.writeback.metrics.PluginTaskMetrics");
      List<AccessTarget> used = new ArrayList<>();
      guarded.getAccessesFromSelf().forEach(access -> used.add(access.getTarget()));
      boolean all =
          used.stream()
              .filter(target -> target.getOwner().getName().startsWith(KAFKA))
              .allMatch(target -> exists(worker, target));
      assertEquals(connect == ConnectRuntime.V4_3, all);
    }
  }

  private static URLClassLoader loader(ConnectRuntime connect) throws Exception {
    try (Stream<Path> jars = Files.list(connect.jars(TARGET))) {
      List<URL> urls = new ArrayList<>();
      for (Path jar : jars.toList()) {
        urls.add(jar.toUri().toURL());
      }
      assertTrue(
          urls.stream().anyMatch(url -> url.getPath().endsWith(connect.version() + ".jar")),
          "Connect " + connect.version() + " in " + connect.jars(TARGET));
      return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
  }

  private static boolean exists(ClassLoader worker, String type) {
    try {
      Class.forName(type, false, worker);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static boolean exists(ClassLoader worker, AccessTarget target) {
    try {
      Class<?> owner = Class.forName(target.getOwner().getName(), false, worker);
      if (target instanceof AccessTarget.FieldAccessTarget) {
        return inherited(owner).anyMatch(type -> declaresField(type, target.getName()));
      }
      AccessTarget.CodeUnitAccessTarget unit = (AccessTarget.CodeUnitAccessTarget) target;
      String signature = signature(unit);
      return inherited(owner).flatMap(ConnectApiIT::signatures).anyMatch(signature::equals);
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static boolean declaresField(Class<?> type, String name) {
    return Arrays.stream(type.getDeclaredFields()).anyMatch(field -> field.getName().equals(name));
  }

  /** As the virtual machine links it: name, parameters, and what it returns. */
  private static String signature(AccessTarget.CodeUnitAccessTarget unit) {
    return unit.getName()
        + unit.getRawParameterTypes().stream()
            .map(JavaClass::getName)
            .collect(Collectors.joining(",", "(", ")"))
        + unit.getRawReturnType().getName();
  }

  private static Stream<String> signatures(Class<?> type) {
    return Stream.concat(
        Arrays.stream(type.getDeclaredMethods())
            .map(
                m -> m.getName() + parameters(m.getParameterTypes()) + m.getReturnType().getName()),
        Arrays.stream(type.getDeclaredConstructors())
            .map(c -> "<init>" + parameters(c.getParameterTypes()) + "void"));
  }

  private static String parameters(Class<?>[] types) {
    return Arrays.stream(types).map(Class::getName).collect(Collectors.joining(",", "(", ")"));
  }

  /** The type and everything above it. */
  private static Stream<Class<?>> inherited(Class<?> type) {
    Stream<Class<?>> above =
        Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()))
            .flatMap(ConnectApiIT::inherited);
    return Stream.concat(
        Stream.of(type),
        type.isInterface() ? Stream.concat(above, Stream.of(Object.class)) : above);
  }
}
