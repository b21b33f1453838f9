package io.writeback.domo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** C1: tasks agree on owners without talking, and nothing moves that need not. */
class RendezvousTest {
  private static final List<String> IDS =
      IntStream.range(0, 2000)
          .mapToObj(i -> UUID.nameUUIDFromBytes(("d" + i).getBytes(StandardCharsets.UTF_8)))
          .map(UUID::toString)
          .toList();

  @Test
  void everyTaskGetsItsShare() {
    for (int task = 0; task < 4; task++) {
      int owner = task;
      long share = IDS.stream().filter(id -> Rendezvous.owner(id, 4) == owner).count();
      assertTrue(share > 400 && share < 600, "task " + task + " owns " + share);
    }
  }

  @Test
  void oneTaskMoreTakesFromTheOthersAndMovesNothingElse() {
    int moved = 0;
    for (String id : IDS) {
      int before = Rendezvous.owner(id, 4);
      int after = Rendezvous.owner(id, 5);
      if (before != after) {
        assertEquals(4, after);
        moved++;
      }
    }
    assertTrue(moved > 300 && moved < 500, "moved " + moved);
  }
}
