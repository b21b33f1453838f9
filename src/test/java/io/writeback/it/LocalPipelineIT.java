package io.writeback.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.local.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job as a newcomer starts it, in a process of its own. */
class LocalPipelineIT {
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  /** Cells that have broken other pipelines. */
  private static final String NASTY =
      String.join(
          "\n",
          "id,text,\"a, b\",leading zero,formula,empty or null",
          "1,plain,x,007,=1+1,",
          "2,\"two\nlines\",\"quote \"\" inside\",000,-,\"\"",
          "3,\"comma, in it\",😀🚀,0,+49 30,\\N",
          "4,\"\r\n\",ü ß 漢字,00.10,@cmd,NULL",
          "5, spaces ,\t,1e5,'-,null",
          "6,\"\"\"\",\"'\",0x1F,\"=HYPERLINK(\"\"x\"\")\",\"\"",
          "7,a,b,c,d,",
          "7,a,b,c,d,",
          "");

  @TempDir Path dir;

  @Test
  void replicatesTpchAndANastyFileCellByCellFromThePackagedArchive() throws IOException {
    Path csv = Files.writeString(dir.resolve("nasty.csv"), NASTY);
    try (ChildJvm pipeline = start("--once", "--scale=0.001", "--csv=" + csv)) {
      int code = pipeline.awaitExit(PATIENCE);
      String output = Files.readString(pipeline.log());
      assertEquals(0, code, output);
      for (String warehouse : List.of("bigquery", "redshift")) {
        assertTrue(
            output
                .lines()
                .anyMatch(
                    l ->
                        l.matches(
                            warehouse + " +tpch\\.nasty +rows 8 +expected 8 +every cell equal")),
            output);
        assertTrue(
            output
                .lines()
                .anyMatch(
                    l ->
                        l.matches(
                            warehouse
                                + " +tpch\\.lineitem +rows (\\d+) +expected \\1 +checksum ok")),
            output);
      }
    }
  }

  @Test
  void badInputIsOneClearLineAndExitCodeOne() throws IOException {
    Path ragged = Files.writeString(dir.resolve("ragged.csv"), "a,b\n1,2\n3\n");
    assertRefused("ragged.csv", "--once", "--csv=" + ragged);
    assertRefused("nowhere.csv", "--once", "--csv=" + dir.resolve("nowhere.csv"));
    assertRefused("--sclae", "--sclae=1");
    assertRefused("scale", "--scale=-1");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertRefused(
          "port " + taken.getLocalPort(), "--once", "--kafka.port=" + taken.getLocalPort());
    }
  }

  private void assertRefused(String mentioned, String... options) throws IOException {
    try (ChildJvm pipeline = start(options)) {
      int code = pipeline.awaitExit(PATIENCE);
      String output = Files.readString(pipeline.log());
      assertEquals(1, code, output);
      List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
      assertEquals(1, lines.size(), output);
      assertTrue(lines.get(0).startsWith("error: ") && lines.get(0).contains(mentioned), output);
      assertEquals(
          List.of(),
          ProcessHandle.current()
              .descendants()
              .filter(child -> child.info().commandLine().orElse("").contains("kafka.Kafka"))
              .map(ProcessHandle::pid)
              .toList());
    }
  }

  private ChildJvm start(String... options) throws IOException {
    Path target = Path.of("target").toAbsolutePath();
    List<String> args = new ArrayList<>();
    args.add("--target=" + target);
    args.addAll(List.of(options));
    String classPath =
        String.join(
            File.pathSeparator,
            target.resolve("test-classes").toString(),
            target.resolve("classes").toString(),
            target.resolve("local/lib") + "/*");
    return ChildJvm.start(
        "local pipeline",
        List.of("-Xmx1000m"),
        classPath,
        "io.writeback.local.LocalPipeline",
        args,
        Files.createTempFile(dir, "pipeline", ".log"));
  }
}
