package io.writeback.bench;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Random;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;

/** The rows of the benchmarks: 12 columns of mixed types, of which the last one is null. */
public final class MixedRows {
  public static final Schema SCHEMA =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("customer", Schema.OPTIONAL_INT32_SCHEMA)
          .field("name", Schema.OPTIONAL_STRING_SCHEMA)
          .field("comment", Schema.OPTIONAL_STRING_SCHEMA)
          .field("price", Decimal.builder(2).optional().build())
          .field("ratio", Schema.OPTIONAL_FLOAT64_SCHEMA)
          .field("day", org.apache.kafka.connect.data.Date.builder().optional().build())
          .field("at", Timestamp.builder().optional().build())
          .field("active", Schema.OPTIONAL_BOOLEAN_SCHEMA)
          .field("status", Schema.OPTIONAL_STRING_SCHEMA)
          .field("small", Schema.OPTIONAL_INT16_SCHEMA)
          .field("note", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  private MixedRows() {}

  /** The values of a row as plain Java has them. */
  public record Row(
      long id,
      int customer,
      String name,
      String comment,
      BigDecimal price,
      double ratio,
      LocalDate day,
      LocalDateTime at,
      boolean active,
      String status,
      short small) {
    /** The time of the row in seconds since 1970. */
    public long seconds() {
      return at.toEpochSecond(ZoneOffset.UTC);
    }

    /** As a converter hands it over. */
    @SuppressWarnings("JavaUtilDate") // Connect's logical types are made of it.
    public Struct struct() {
      return new Struct(SCHEMA)
          .put("id", id)
          .put("customer", customer)
          .put("name", name)
          .put("comment", comment)
          .put("price", price)
          .put("ratio", ratio)
          .put("day", new Date(day.toEpochDay() * 86_400_000L))
          .put("at", new Date(seconds() * 1000))
          .put("active", active)
          .put("status", status)
          .put("small", small);
    }
  }

  /** Makes rows, the same ones each time. */
  public static Row[] make(int count) {
    Random random = new Random(42);
    Row[] rows = new Row[count];
    for (int i = 0; i < count; i++) {
      LocalDate day = LocalDate.of(2020, 1, 1).plusDays(random.nextInt(2000));
      rows[i] =
          new Row(
              i * 17L,
              random.nextInt(100_000),
              "Customer#" + random.nextInt(100_000),
              "carefully final packages, \"bold\" " + random.nextInt(1000),
              new BigDecimal(BigInteger.valueOf(random.nextInt(10_000_000)), 2),
              random.nextDouble(),
              day,
              day.atTime(random.nextInt(24), random.nextInt(60), random.nextInt(60)),
              random.nextBoolean(),
              random.nextBoolean() ? "OPEN" : "CLOSED",
              (short) random.nextInt(1000));
    }
    return rows;
  }

  /** The same rows as Structs. */
  public static Struct[] structs(Row[] rows) {
    Struct[] structs = new Struct[rows.length];
    for (int i = 0; i < rows.length; i++) {
      structs[i] = rows[i].struct();
    }
    return structs;
  }
}
