package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.sink.PartitionProgress.Delivery;
import io.writeback.sink.PartitionProgress.State;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PartitionProgressTest {
  private final PartitionProgress progress = new PartitionProgress();

  @Test
  void recordsBeforeTheClaimAreDropped() {
    assertEquals(Delivery.DROP, progress.delivered(7));
    assertEquals(OptionalLong.empty(), progress.position());
  }

  @Test
  void theClaimSeeksToTheWarehousePosition() {
    assertEquals(OptionalLong.of(5), progress.claimed(OptionalLong.of(5)));
    assertEquals(State.REWINDING, progress.state());
  }

  @Test
  void withoutAStoredPositionReadingGoesOnWhereKafkaStands() {
    assertEquals(OptionalLong.empty(), progress.claimed(OptionalLong.empty()));
    assertEquals(State.OPEN, progress.state());
    assertEquals(Delivery.TAKE, progress.delivered(9));
    assertEquals(OptionalLong.of(9), progress.position());
  }

  @Test
  void withoutAStoredPositionTheLowestDroppedRecordIsReadAgain() {
    progress.delivered(9);
    progress.delivered(10);
    progress.delivered(3);
    assertEquals(OptionalLong.of(3), progress.claimed(OptionalLong.empty()));
    assertEquals(OptionalLong.of(3), progress.position());
  }

  @Test
  void recordsOfThePutThatSeeksAreDropped() {
    progress.claimed(OptionalLong.of(5));
    assertEquals(Delivery.DROP, progress.delivered(8));
    progress.putBegins();
    assertEquals(Delivery.TAKE, progress.delivered(5));
  }

  @Test
  void gapsAreLegal() {
    opened(5);
    assertEquals(Delivery.TAKE, progress.delivered(8));
    assertEquals(OptionalLong.of(9), progress.end());
    assertEquals(OptionalLong.of(5), progress.position());
  }

  @Test
  void aRecordBelowThePositionMeansAnotherTopic() {
    opened(5);
    assertEquals(Delivery.BELOW_POSITION, progress.delivered(0));
  }

  @Test
  void aRecordThatComesAgainIsNoReasonToTrustTheBuffer() {
    opened(5);
    progress.delivered(5);
    progress.delivered(6);
    assertEquals(Delivery.STEP_BACK, progress.delivered(6));
    assertEquals(OptionalLong.of(5), progress.stepBack());
    assertEquals(State.REWINDING, progress.state());
  }

  @Test
  void steppingBackKeepsTheRangeInFlight() {
    opened(5);
    progress.delivered(5);
    progress.cut();
    progress.delivered(6);
    assertEquals(OptionalLong.of(6), progress.stepBack());
    progress.putBegins();
    progress.committed();
    assertEquals(OptionalLong.of(6), progress.position());
    assertEquals(Delivery.TAKE, progress.delivered(6));
  }

  @Test
  void consumedOffsetsPassWhenNothingIsPending() {
    opened(5);
    assertTrue(progress.consumed(9, false));
    assertEquals(OptionalLong.of(9), progress.end());
    assertEquals(OptionalLong.of(5), progress.position());
    assertTrue(progress.canCut());
  }

  @Test
  void consumedOffsetsDoNotPassWhatIsBufferedOrInFlight() {
    opened(5);
    progress.delivered(5);
    assertFalse(progress.consumed(9, true));
    progress.cut();
    assertFalse(progress.consumed(9, false));
  }

  @Test
  void consumedOffsetsOfTheTimeBeforeASeekDoNotCount() {
    progress.claimed(OptionalLong.of(0));
    assertFalse(progress.consumed(5, false));
    assertFalse(progress.canCut());
  }

  @Test
  void aMoveToTheEndOfTheRangeMeansThatItLanded() {
    opened(5);
    progress.delivered(7);
    progress.cut();
    progress.delivered(8);
    assertEquals(OptionalLong.empty(), progress.moved(8));
    assertEquals(OptionalLong.of(8), progress.position());
    assertEquals(OptionalLong.of(9), progress.end());
    assertEquals(State.OPEN, progress.state());
  }

  @Test
  void aMoveElsewhereSeeks() {
    opened(5);
    progress.delivered(7);
    progress.cut();
    progress.delivered(8);
    assertEquals(OptionalLong.of(6), progress.moved(6));
    assertEquals(OptionalLong.of(6), progress.end());
    assertFalse(progress.inFlight());
  }

  @Test
  void aRejectedRangeIsReadAgain() {
    opened(5);
    progress.delivered(7);
    progress.cut();
    assertEquals(OptionalLong.of(5), progress.rejected());
    progress.putBegins();
    assertEquals(Delivery.TAKE, progress.delivered(5));
  }

  @Test
  void aFencedPartitionTakesNothing() {
    opened(5);
    progress.delivered(5);
    progress.cut();
    progress.fenced();
    assertEquals(Delivery.DROP, progress.delivered(6));
    assertFalse(progress.consumed(9, false));
    assertFalse(progress.canCut());
  }

  @Test
  void onlyOneRangeIsInFlight() {
    opened(5);
    progress.delivered(5);
    progress.cut();
    progress.delivered(6);
    assertFalse(progress.canCut());
    assertThrows(IllegalStateException.class, progress::cut);
    progress.committed();
    assertTrue(progress.canCut());
  }

  private void opened(long position) {
    progress.claimed(OptionalLong.of(position));
    progress.putBegins();
  }
}
