package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Owners of one chain that are replaced or die between any two calls. */
class RegisterChainRacesTest {
  static Stream<List<String>> logs() {
    return Stream.of(
        List.of("x", "x", "x"),
        List.of("x", "-", "x"),
        List.of("-", "x"),
        List.of("x", "x", "y"),
        List.of("x", "y", "-", "x"),
        List.of("x", "y", "x", "y", "-", "z", "x", "y"));
  }

  /** B takes over between any two calls of A, and A goes on as a zombie. */
  @ParameterizedTest
  @MethodSource("logs")
  void noRowIsLostOrDoubledWhereverAnOwnerIsReplaced(List<String> routes) {
    for (int seed = 0; seed < 2; seed++) {
      for (int replaced = 1; replaced < 24; replaced++) {
        JobService world = new JobService();
        Random random = new Random(seed);
        List<ChainOwner> second = new ArrayList<>();
        int at = replaced;
        world.before =
            call -> {
              if (call == at) {
                world.before = c -> {};
                ChainOwner b = new ChainOwner(world, routes, Optional.empty());
                second.add(b);
                for (int i = 0; i < random.nextInt(4); i++) {
                  b.step(random);
                }
              }
            };
        ChainOwner a = new ChainOwner(world, routes, Optional.empty());
        interleave(random, a, second);
        check(world, routes, "seed " + seed + " replaced at call " + replaced);
      }
    }
  }

  private static void interleave(Random random, ChainOwner a, List<ChainOwner> second) {
    for (int i = 0; i < 200; i++) {
      if (!a.isDone() && random.nextBoolean()) {
        a.step(random);
      }
      if (!second.isEmpty() && !second.get(0).isDone() && random.nextBoolean()) {
        second.get(0).step(random);
      }
    }
  }

  /** The process dies, or an answer is lost, at any call; a successor finishes. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noRowIsLostOrDoubledWhereverAnOwnerDies(boolean beforeTheEffect) {
    List<String> routes = List.of("x", "y", "x", "-", "y", "z");
    for (int seed = 0; seed < 2; seed++) {
      for (int crash = 1; crash < 24; crash++) {
        JobService world = new JobService();
        int at = crash;
        JobService.Hook dies =
            call -> {
              if (call >= at) {
                throw new IOException("the process is gone");
              }
            };
        if (beforeTheEffect) {
          world.before = dies;
        } else {
          world.after = dies;
        }
        Random random = new Random(seed);
        try {
          ChainOwner a = new ChainOwner(world, routes, Optional.empty());
          for (int i = 0; i < 20 && !a.isDone(); i++) {
            a.step(random);
          }
        } catch (FaultException e) {
          assertEquals(Fault.RETRY, e.fault());
        }
        world.before = call -> {};
        world.after = call -> {};
        ChainOwner b = new ChainOwner(world, routes, Optional.empty());
        for (int i = 0; i < 100 && !b.isDone(); i++) {
          b.step(random);
        }
        check(world, routes, "seed " + seed + " crash at call " + crash);
      }
    }
  }

  private static void check(JobService world, List<String> routes, String what) {
    for (String table : List.of("x", "y", "z")) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < routes.size(); i++) {
        if (routes.get(i).equals(table)) {
          expected.add("{\"id\":" + i + "}");
        }
      }
      assertEquals(expected, world.table(table).stream().sorted().toList(), what + " " + table);
    }
  }
}
