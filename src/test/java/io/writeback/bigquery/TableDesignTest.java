package io.writeback.bigquery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.services.bigquery.model.Table;
import com.google.api.services.bigquery.model.TableFieldSchema;
import com.google.api.services.bigquery.model.TableSchema;
import io.writeback.config.ConfigErrors;
import io.writeback.retry.Fault;
import io.writeback.retry.FaultException;
import io.writeback.sink.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How tables are to be made, from the configuration to the resource and to the clauses of DDL. */
class TableDesignTest {
  private static final Target SALES = new Target("shop", "sales");
  private static final String KEY = "projects/p/locations/eu/keyRings/ring/cryptoKeys/key";
  private static final List<TableFieldSchema> COLUMNS =
      List.of(
          column("id", "INTEGER"),
          column("Made_At", "TIMESTAMP"),
          column("day", "DATE"),
          column("country", "STRING"),
          column("items", "RECORD").setMode("REPEATED"));

  private static TableFieldSchema column(String name, String type) {
    return new TableFieldSchema().setName(name).setType(type).setMode("NULLABLE");
  }

  private static TableDesigns designs(String... settings) {
    Map<String, String> properties = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      properties.put("bigquery.table." + settings[i], settings[i + 1]);
    }
    return BigQueryTableKeys.designs(properties);
  }

  private static Table made(String... settings) {
    return designs(settings).of(SALES).resource(SALES, COLUMNS, 1_000);
  }

  @Test
  void withoutSettingsATableIsPlain() {
    assertEquals(new Table().setSchema(new TableSchema().setFields(COLUMNS)), made());
  }

  @Test
  void allThatIsConfiguredIsInTheResource() {
    Table table =
        made(
            "partition", "hour(made at)",
            "partition.filter", "true",
            "partition.expiration.ms", "86400000",
            "cluster", "country,nowhere,id",
            "primary.key", "id",
            "labels", "team:sales,env:",
            "description", "All \"sales\"",
            "expiration.ms", "5000",
            "kms.key", KEY);
    assertEquals("HOUR", table.getTimePartitioning().getType());
    assertEquals("Made_At", table.getTimePartitioning().getField());
    assertEquals(86_400_000, table.getTimePartitioning().getExpirationMs());
    assertTrue(table.getRequirePartitionFilter());
    assertEquals(List.of("country", "id"), table.getClustering().getFields());
    assertEquals(List.of("id"), table.getTableConstraints().getPrimaryKey().getColumns());
    assertEquals(Map.of("team", "sales", "env", ""), table.getLabels());
    assertEquals("All \"sales\"", table.getDescription());
    assertEquals(6_000, table.getExpirationTime());
    assertEquals(KEY, table.getEncryptionConfiguration().getKmsKeyName());
    String clauses = TableDdl.clauses(table, COLUMNS);
    assertEquals(
        " PARTITION BY TIMESTAMP_TRUNC(`Made_At`, HOUR) CLUSTER BY `country`, `id` OPTIONS"
            + " (partition_expiration_days = 1.00000000, require_partition_filter = TRUE,"
            + " expiration_timestamp = TIMESTAMP_MILLIS(6000), kms_key_name = \""
            + KEY
            + "\", description = \"All \\\"sales\\\"\", labels = [(\"env\", \"\"), (\"team\","
            + " \"sales\")])",
        clauses);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "day|PARTITION BY _PARTITIONDATE",
        "month|PARTITION BY TIMESTAMP_TRUNC(_PARTITIONTIME, MONTH)",
        "day(day)|PARTITION BY `day`",
        "year(day)|PARTITION BY DATE_TRUNC(`day`, YEAR)",
        "day(made_at)|PARTITION BY TIMESTAMP_TRUNC(`Made_At`, DAY)",
        "range(id, -5, 100, 10)|PARTITION BY RANGE_BUCKET(`id`, GENERATE_ARRAY(-5, 100, 10))"
      })
  void everyWayOfPartitioningHasItsClause(String setting, String clause) {
    assertEquals(" " + clause, TableDdl.clauses(made("partition", setting), COLUMNS));
  }

  @Test
  void aTableWithoutTheColumnHasNoPartitions() {
    Table table = made("partition", "day(sold_on)", "partition.filter", "true");
    assertNull(table.getTimePartitioning());
    assertNull(table.getRequirePartitionFilter());
  }

  @Test
  void aKeyThatATableHasOnlyAPartOfIsNoKey() {
    assertNull(made("primary.key", "id,nowhere").getTableConstraints());
  }

  @ParameterizedTest
  @CsvSource({
    "partition,hour(day),TIMESTAMP or DATETIME",
    "partition,day(country),'DATE, TIMESTAMP or DATETIME'",
    "partition,'range(country,0,10,1)',INTEGER",
    "cluster,items,does not cluster"
  })
  void aColumnOfAnotherTypeIsAConfigurationErrorThatNamesTheKey(
      String option, String value, String words) {
    FaultException refused = assertThrows(FaultException.class, () -> made(option, value));
    assertEquals(Fault.CONFIGURATION, refused.fault());
    assertTrue(refused.getMessage().contains(words), refused.getMessage());
    assertTrue(refused.getMessage().contains("bigquery.table." + option), refused.getMessage());
  }

  @Test
  void theFirstGroupThatMatchesCounts() {
    TableDesigns designs =
        designs(
            "partition", "day(day)",
            "labels", "team:a",
            "groups", "big, shop",
            "group.big.include", "sales|orders",
            "group.big.partition", "month(day)",
            "group.shop.include", "shop\\..*",
            "group.shop.partition", "none",
            "group.shop.labels", "team:b");
    TableDesign big = designs.of(SALES);
    assertEquals("month(day)", big.partitioning().orElseThrow().toString());
    assertEquals(Map.of("team", "a"), big.labels());
    TableDesign shop = designs.of(new Target("shop", "salesx"));
    assertTrue(shop.partitioning().isEmpty());
    assertEquals(Map.of("team", "b"), shop.labels());
    assertEquals(
        "day(day)", designs.of(new Target("x", "y")).partitioning().orElseThrow().toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "partition|week|expected none, hour",
        "partition|range(id,5,5,1)|start < end",
        "partition|range(id,0,5,0)|start < end",
        "partition|range(id,0,1000000,1)|10,000 partitions",
        "cluster|a,b,c,d,e|BigQuery takes 4",
        "cluster|a,A|twice",
        "primary.key|a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q|BigQuery takes 16",
        "labels|Team:x|lower-case",
        "labels|writeback-x:y|connector's own",
        "description|x|",
        "expiration.ms|-2|at least",
        "kms.key|my-key|expected projects/"
      })
  void aBrokenOptionIsAnErrorOnItsKeyUsuallyAndInAGroup(String option, String value, String words) {
    ConfigDef def = new ConfigDef();
    BigQueryTableKeys.define(def);
    List<String> usual =
        def.validate(Map.of("bigquery.table." + option, value)).stream()
            .filter(v -> v.name().equals("bigquery.table." + option))
            .findFirst()
            .orElseThrow()
            .errorMessages();
    Map<String, String> grouped =
        Map.of(
            "bigquery.table.groups",
            "g",
            "bigquery.table.group.g.include",
            "x",
            "bigquery.table.group.g." + option,
            value);
    ConfigErrors errors = new ConfigErrors(new ArrayList<>(def.validate(grouped)));
    BigQueryTableKeys.check(grouped, errors);
    for (List<String> messages : List.of(usual, errors.on("bigquery.table.group.g." + option))) {
      assertEquals(words == null ? 0 : 1, messages.size(), messages.toString());
      assertTrue(messages.isEmpty() || messages.get(0).contains(words), messages.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bigquery.table.partition.filter,true,bigquery.table.partition.filter,needs partitions",
    "bigquery.table.partition.expiration.ms,5,bigquery.table.partition.expiration.ms,by time",
    "bigquery.table.groups,g,bigquery.table.group.g.include,expected a regular expression",
    "bigquery.table.group.h.partition,day,bigquery.table.group.h.partition,no group"
  })
  void rulesBetweenKeysNameTheKeyToChange(String key, String value, String named, String words) {
    ConfigErrors errors = new ConfigErrors(List.of());
    BigQueryTableKeys.check(Map.of(key, value), errors);
    assertEquals(1, errors.on(named).size());
    assertTrue(errors.on(named).get(0).contains(words), errors.on(named).get(0));
  }

  @Test
  void groupsHaveKnownOptionsAndExpressionsThatCompile() {
    Map<String, String> properties =
        Map.of(
            "bigquery.table.groups", "g",
            "bigquery.table.group.g.include", "(",
            "bigquery.table.group.g.partitions", "day");
    ConfigErrors errors = new ConfigErrors(List.of());
    BigQueryTableKeys.check(properties, errors);
    assertTrue(errors.on("bigquery.table.group.g.include").get(0).contains("regular"));
    assertTrue(errors.on("bigquery.table.group.g.partitions").get(0).contains("unknown option"));
    assertThrows(
        ConfigException.class,
        () -> {
          ConfigDef def = new ConfigDef();
          BigQueryTableKeys.define(def);
          def.parse(Map.of("bigquery.table.groups", "a.b"));
        });
  }

  @Test
  void aTableThatWantsAConditionGetsOneThatEveryRowMeets() {
    Table table = made("partition", "day(day)", "partition.filter", "true");
    assertEquals(
        "(t.`day` >= DATE '0001-01-01' OR t.`day` IS NULL)",
        TablePartitioning.required(table, "t.").orElseThrow());
    assertTrue(TablePartitioning.required(made("partition", "day(day)"), "").isEmpty());
    assertEquals(
        "(_PARTITIONTIME IS NULL OR _PARTITIONTIME >= TIMESTAMP_TRUNC(@since, MONTH))",
        TablePartitioning.of(made("partition", "month")).orElseThrow().ingestedSince("@since"));
  }
}
