package io.writeback.bigquery;

import io.writeback.retry.Sleeper;
import io.writeback.sink.Claim;
import io.writeback.sink.Destination;
import io.writeback.sink.PendingRange;
import io.writeback.sink.SinkRow;
import io.writeback.sink.TableBatch;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A process whose environment says who it is. Validates a configuration; if that is good, writes a
 * row with it. Prints the keys with errors and the errors, or what came of the row.
 */
public final class ApplicationDefaultProcess {
  private ApplicationDefaultProcess() {}

  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(Path.of(args[0]))) {
      properties.load(in);
    }
    Map<String, String> config =
        properties.stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, properties::getProperty));
    List<ConfigValue> wrong =
        new BigQuerySinkConnector()
            .validate(config).configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .toList();
    wrong.forEach(value -> System.out.println(value.name() + "=" + value.errorMessages()));
    if (wrong.isEmpty()) {
      System.out.println("written=" + written(new BigQuerySinkConfig(config)));
    }
    System.exit(0);
  }

  private static String written(BigQuerySinkConfig config) {
    Destination destination =
        new BigQueryDestinations(
                config.sink(), config.bigQuery(), Clock.systemUTC(), Sleeper.real())
            .open();
    Claim claim = destination.claim(BigQueryRig.TP, OptionalLong.empty());
    TableBatch batch = destination.newBatch(claim, 0, BigQueryRig.ORDERS, Optional.empty());
    Struct row = new Struct(BigQueryRig.ROW).put("id", 1L).put("note", "by default");
    SinkRecord record = new SinkRecord(BigQueryRig.TP.topic(), 0, null, null, row.schema(), row, 0);
    batch.add(new SinkRow(record, 0, OptionalLong.empty()));
    PendingRange range = new PendingRange(claim, 0, 1, List.of(batch), Map.of(), List.of());
    String outcome = String.valueOf(destination.commit(List.of(range)).get(0));
    destination.release(claim);
    destination.close();
    return outcome;
  }
}
