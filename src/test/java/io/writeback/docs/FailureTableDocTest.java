package io.writeback.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTableDocTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))#(\\w+)`");

  static Stream<Path> tables() throws IOException {
    try (Stream<Path> docs = Files.list(Path.of("src", "docs"))) {
      return docs.filter(doc -> doc.toString().endsWith("-failures.md")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("tables")
  void everyTestThatTheTableNamesIsThere(Path table) throws IOException {
    Set<String> missing = new TreeSet<>();
    Matcher named = TEST.matcher(Files.readString(table));
    int count = 0;
    while (named.find()) {
      count++;
      List<Path> files = sources(named.group(1) + ".java");
      if (files.size() != 1
          || !Files.readString(files.get(0)).contains(" void " + named.group(2) + "(")) {
        missing.add(named.group());
      }
    }
    assertEquals(Set.of(), missing);
    assertFalse(count == 0, "the table names tests");
  }

  private static List<Path> sources(String fileName) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
      return files.filter(file -> file.getFileName().toString().equals(fileName)).toList();
    }
  }
}
