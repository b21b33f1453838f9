package io.writeback.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.writeback.Version;
import io.writeback.local.ComponentArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the packaged archive, and what must never be. */
class ArchiveIT {
  private static final Path TARGET = Path.of("target");

  @TempDir static Path dir;
  private static Path zip;
  private static ComponentArchive archive;

  @BeforeAll
  static void unpack() throws IOException {
    zip = ComponentArchive.file(TARGET);
    archive = ComponentArchive.unpack(zip, dir);
  }

  @Test
  void isNamedAndLaidOutAsAComponentArchive() {
    String stem = "writeback-kafka-connect-writeback-" + Version.current();
    assertEquals(stem + ".zip", zip.getFileName().toString());
    assertEquals(stem, archive.root().getFileName().toString());
    for (String part :
        List.of("manifest.json", "lib", "etc", "doc/README.md", "doc/LICENSE", "doc/NOTICE")) {
      assertTrue(Files.exists(archive.root().resolve(part)), part);
    }
  }

  @Test
  void manifestNamesThisBuildAndLeavesNoPlaceholder() throws IOException {
    String text = Files.readString(archive.root().resolve("manifest.json"));
    assertFalse(text.contains("${"), text);
    JsonNode manifest = new ObjectMapper().readTree(text);
    assertEquals(Version.current(), manifest.get("version").asText());
    assertEquals("kafka-connect-writeback", manifest.get("name").asText());
    assertEquals("writeback", manifest.at("/owner/username").asText());
    assertEquals("[\"source\",\"sink\"]", manifest.get("component_types").toString());
  }

  @Test
  void checksumBesideItIsTheArchives() throws Exception {
    String written = Files.readString(Path.of(zip + ".sha512")).trim();
    byte[] digest = MessageDigest.getInstance("SHA-512").digest(Files.readAllBytes(zip));
    assertEquals(
        HexFormat.of().formatHex(digest), written.split("\\s", 2)[0].toLowerCase(Locale.ROOT));
  }

  @Test
  void bringsNothingThatIsTheWorkers() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(entry -> entry.getName())
            .filter(
                name ->
                    name.endsWith(".class")
                        && (name.startsWith("org/apache/kafka/")
                            || name.startsWith("org/slf4j/")
                            || name.startsWith("org/apache/log4j/")
                            || name.startsWith("org/apache/logging/")
                            || name.startsWith("ch/qos/logback/")
                            || name.startsWith("javax/ws/rs/")))
            .limit(1)
            .forEach(name -> found.add(jar.getFileName() + ": " + name));
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void hasGrpcOnlyUnderItsOwnNameAndWithoutNatives() throws IOException {
    List<String> found = new ArrayList<>();
    boolean relocated = false;
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        relocated |= file.getEntry("io/writeback/shaded/io/grpc/ManagedChannel.class") != null;
        file.stream()
            .map(entry -> entry.getName())
            .filter(
                name ->
                    name.startsWith("io/grpc/")
                        || name.startsWith("META-INF/services/io.grpc")
                        || (name.startsWith("META-INF/native/") && !name.endsWith("/")))
            .limit(1)
            .forEach(name -> found.add(jar.getFileName() + ": " + name));
      }
    }
    assertEquals(List.of(), found);
    assertTrue(relocated, "no relocated grpc in the archive");
  }

  @Test
  void noClassComesTwice() throws IOException {
    var owners = new java.util.HashMap<String, Path>();
    List<String> twice = new ArrayList<>();
    for (Path jar : jars()) {
      try (JarFile file = new JarFile(jar.toFile())) {
        file.stream()
            .map(entry -> entry.getName())
            .filter(name -> name.endsWith(".class") && !name.contains("module-info"))
            .filter(name -> !name.startsWith("META-INF/versions/"))
            .forEach(
                name -> {
                  Path other = owners.putIfAbsent(name, jar);
                  if (other != null && twice.size() < 10) {
                    twice.add(name + " in " + other.getFileName() + " and " + jar.getFileName());
                  }
                });
      }
    }
    assertEquals(List.of(), twice);
  }

  private static List<Path> jars() throws IOException {
    try (Stream<Path> files = Files.list(archive.lib())) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}
