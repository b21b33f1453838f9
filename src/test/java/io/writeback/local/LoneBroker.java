package io.writeback.local;

import java.util.Properties;
import org.apache.kafka.connect.util.clusters.EmbeddedKafkaCluster;

/** One Kafka broker in this process, set up for a cluster of one and for members that die. */
public final class LoneBroker {
  private LoneBroker() {}

  /** Starts it. */
  public static EmbeddedKafkaCluster start() {
    Properties broker = new Properties();
    broker.put("transaction.state.log.replication.factor", "1");
    broker.put("transaction.state.log.min.isr", "1");
    broker.put("transaction.state.log.num.partitions", "3");
    broker.put("offsets.topic.num.partitions", "3");
    broker.put("auto.create.topics.enable", "false");
    // Groups may miss a dead member within seconds.
    broker.put("group.min.session.timeout.ms", "1000");
    EmbeddedKafkaCluster kafka = new EmbeddedKafkaCluster(1, broker);
    kafka.start();
    return kafka;
  }
}
