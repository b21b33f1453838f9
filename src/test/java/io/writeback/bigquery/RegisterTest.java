package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Job;
import com.google.api.services.bigquery.model.JobConfiguration;
import com.google.api.services.bigquery.model.JobConfigurationQuery;
import com.google.api.services.bigquery.model.JobReference;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RegisterTest {
  private static final Register SEVERAL =
      new Register(
          7,
          10,
          20,
          9,
          UUID.randomUUID().toString(),
          Map.of(new Target("d", "a"), 4L, new Target("other", "b"), 5L),
          false,
          "0123456789abcdef0123456789abcdef");

  private static Job job(Register register) {
    return new Job()
        .setJobReference(new JobReference().setJobId("wb-x-7"))
        .setConfiguration(
            new JobConfiguration()
                .setLabels(register.labels())
                .setQuery(new JobConfigurationQuery().setQuery(register.query())));
  }

  @Test
  void comesBackFromItsJob() {
    assertEquals(SEVERAL, Register.of(7, job(SEVERAL)));
    Register none = Register.empty(0, 5, 9, "n", false);
    assertEquals(none, Register.of(0, job(none)));
    Register end = Register.empty(3, 5, 5, "n", true);
    assertEquals(end, Register.of(3, job(end)));
  }

  @Test
  void hasLabelsThatBigQueryTakes() {
    Register long1 =
        new Register(
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            UUID.randomUUID().toString(),
            Map.of(),
            true,
            Routing.fingerprint(Map.of()));
    long1
        .labels()
        .forEach(
            (key, value) -> {
              assertTrue(key.matches("[a-z][a-z0-9_-]{0,62}"), key);
              assertTrue(value.matches("[a-z0-9_-]{0,63}"), value);
            });
  }

  @Test
  void refusesAJobThatSomebodyElseMade() {
    Job foreign = job(SEVERAL);
    foreign.getConfiguration().setLabels(Map.of("team", "x"));
    FaultException refused = assertThrows(FaultException.class, () -> Register.of(7, foreign));
    assertEquals(Fault.FATAL, refused.fault());
    assertTrue(refused.getMessage().contains("delivery.id"), refused.getMessage());
  }

  @Test
  void idsTellEverythingApartAndHoldNoNames() {
    TopicPartition tp = new TopicPartition("orders", 1);
    ChainIds ids = ChainIds.of("sales", "c", 0, tp);
    assertEquals(ids, ChainIds.of("sales", "c", 0, new TopicPartition("orders", 1)));
    assertNotEquals(ids, ChainIds.of("sales", "c", 1, tp));
    assertNotEquals(ids, ChainIds.of("sales", "d", 0, tp));
    assertNotEquals(ids, ChainIds.of("other", "c", 0, tp));
    assertNotEquals(ids, ChainIds.of("sales", "c", 0, new TopicPartition("orders", 11)));
    assertTrue(ids.register(12).matches("wb-[0-9a-f]{32}-12"), ids.register(12));
    assertTrue(
        ids.load(12, new Target("sales", "orders"), 3)
            .matches("wb-[0-9a-f]{32}-12-[0-9a-f]{12}-3"));
  }
}
