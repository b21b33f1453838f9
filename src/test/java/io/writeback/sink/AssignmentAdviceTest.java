package io.writeback.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;

/** F8: one task that has got all topics says so. */
class AssignmentAdviceTest {
  /** F8 of the delivery design: the default assignor gives one task all topics of one partition. */
  @Test
  void aTaskThatHoldsAllTopicsOfOnePartitionSaysSo() {
    assertEquals(1, warnings("a,b,c", "4", "a-0", "b-0", "c-0"));
    assertEquals(0, warnings("a,b,c", "1", "a-0", "b-0", "c-0"));
    assertEquals(0, warnings("a,b,c", "4", "a-0", "b-0"));
    assertEquals(0, warnings("a,b", "4", "a-0", "b-0", "b-1"));
  }

  private static int warnings(String topics, String tasks, String... held) {
    SinkSettings settings =
        TestSettings.of(
            Map.of("topics", topics, SinkConfig.TASK_COUNT, tasks, SinkConfig.TASK_ID, "0"));
    List<OwnedPartition> owned =
        Stream.of(held)
            .map(p -> new TopicPartition(p.substring(0, 1), Integer.parseInt(p.substring(2))))
            .map(p -> new OwnedPartition(p, p.topic(), new PartitionProgress(), null))
            .toList();
    List<String> lines = new ArrayList<>();
    AbstractAppender appender =
        new AbstractAppender("advice", null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            lines.add(event.getMessage().getFormattedMessage());
          }
        };
    Logger logger = (Logger) LogManager.getLogger(AssignmentAdvice.class);
    appender.start();
    logger.addAppender(appender);
    try {
      AssignmentAdvice.warnIfLopsided(settings, owned);
    } finally {
      logger.removeAppender(appender);
    }
    return (int) lines.stream().filter(line -> line.contains("CooperativeSticky")).count();
  }
}
