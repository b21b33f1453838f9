package io.writeback.crash;

import io.writeback.local.ComponentArchive;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A sabotage by another line of source: one class is compiled from its source with one expression
 * replaced, and takes the place of the original in the unpacked archive. So no switch that weakens
 * a guarantee needs to exist in the product. A source that has no such line any more is an error.
 *
 * @param source path of the class below the source directory
 * @param original text that occurs once in it
 */
record PatchedClass(String source, String original, String replacement) implements Sabotage {
  @Override
  public void apply(ComponentArchive archive, Path target) throws IOException {
    Path file = target.resolveSibling("src/main/java").resolve(source);
    String text = Files.readString(file);
    if (text.split(java.util.regex.Pattern.quote(original), -1).length != 2) {
      throw new IllegalStateException(
          file + " does not hold this text exactly once, the sabotage must follow it: " + original);
    }
    Path work = Files.createTempDirectory(archive.root(), "patch");
    Path patched = work.resolve("source").resolve(source);
    Path classes = Files.createDirectories(work.resolve("classes"));
    Files.createDirectories(patched.getParent());
    Files.writeString(patched, text.replace(original, replacement));
    compile(patched, classes, target);
    replaceIn(mainJar(archive), classes);
  }

  private void compile(Path patched, Path classes, Path target) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    String classPath;
    try (Stream<Path> jars = Files.list(target.resolve("local/lib"))) {
      classPath =
          String.join(
              File.pathSeparator,
              Stream.concat(Stream.of(target.resolve("classes")), jars)
                  .map(Path::toString)
                  .toList());
    }
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean done =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of(
                      "-proc:none",
                      "-nowarn",
                      "--release",
                      "17",
                      "-cp",
                      classPath,
                      "-d",
                      classes.toString()),
                  null,
                  files.getJavaFileObjects(patched))
              .call();
      if (!done) {
        throw new IllegalStateException(source + " does not compile so: " + messages);
      }
    }
  }

  private static Path mainJar(ComponentArchive archive) throws IOException {
    try (Stream<Path> jars = Files.list(archive.lib())) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("kafka-connect-writeback-"))
          .findFirst()
          .orElseThrow(() -> new IOException("no main jar in " + archive.lib()));
    }
  }

  private static void replaceIn(Path jar, Path classes) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(jar);
        Stream<Path> made = Files.walk(classes)) {
      for (Path file : made.filter(Files::isRegularFile).toList()) {
        Files.copy(
            file,
            zip.getPath("/").resolve(classes.relativize(file).toString()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
