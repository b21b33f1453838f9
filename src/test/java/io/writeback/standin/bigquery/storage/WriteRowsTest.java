package io.writeback.standin.bigquery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.storage.v1.AppendRowsResponse;
import com.google.cloud.bigquery.storage.v1.Exceptions;
import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What rows of the real client become, and which are refused. */
class WriteRowsTest {
  private static StorageClients bq;

  @BeforeAll
  static void start() throws Exception {
    bq = new StorageClients();
  }

  @AfterAll
  static void stop() {
    bq.close();
  }

  @Test
  void oneBadRowRefusesTheRequestAndIsNamed() throws Exception {
    RowSchema days = new RowSchema().with("d", Type.TYPE_INT64);
    try (StreamWriter writer = writer("badrow", "d DATE", days)) {
      Exceptions.AppendSerializationError error =
          assertInstanceOf(
              Exceptions.AppendSerializationError.class,
              refusal(() -> writer.append(days.rows(1, Integer.MAX_VALUE, 2)).get()));
      assertEquals(List.of(1), List.copyOf(error.getRowIndexToErrorMessage().keySet()));
      assertTrue(error.getRowIndexToErrorMessage().get(1).contains("d"));
    }
    assertEquals(List.of(), bq.sql("SELECT d FROM ds.badrow"));
  }

  @Test
  void aFieldThatTheTableLacksIsASchemaMismatch() throws Exception {
    RowSchema two = RowSchema.ids().with("extra", Type.TYPE_STRING);
    try (StreamWriter writer = writer("extras", "id INT64", two)) {
      assertInstanceOf(
          Exceptions.SchemaMismatchedException.class,
          refusal(() -> writer.append(two.row(1L, "x")).get()));
    }
    assertEquals(List.of(), bq.ids("extras"));
  }

  @Test
  void aNewColumnIsAnnouncedOnce() throws Exception {
    RowSchema ids = RowSchema.ids();
    try (StreamWriter writer = writer("widened", "id INT64", ids)) {
      assertFalse(writer.append(ids.rows(1)).get().hasUpdatedSchema());
      bq.sql("ALTER TABLE ds.widened ADD COLUMN more STRING");
      AppendRowsResponse told = writer.append(ids.rows(2)).get();
      assertEquals("more", told.getUpdatedSchema().getFields(1).getName());
      assertFalse(writer.append(ids.rows(3)).get().hasUpdatedSchema());
    }
  }

  @Test
  void extremesOfWholeNumbersTextAndDecimalsComeBack() throws Exception {
    RowSchema row =
        new RowSchema()
            .with("i", Type.TYPE_INT64)
            .with("b", Type.TYPE_BOOL)
            .with("s", Type.TYPE_STRING)
            .with("n", Type.TYPE_STRING)
            .with("d", Type.TYPE_INT32);
    String digits = "99999999999999999999999999999.999999999";
    try (StreamWriter writer =
        writer("extremes", "i INT64, b BOOL, s STRING, n NUMERIC, d DATE", row)) {
      writer.append(row.row(Long.MIN_VALUE, true, "", "-" + digits, -719162)).get();
      writer.append(row.row(Long.MAX_VALUE, false, "é\uD83D\uDE00", digits, 2932896)).get();
    }
    assertEquals(
        List.of(
            List.of("" + Long.MIN_VALUE, "true", "", "-" + digits, "0001-01-01"),
            List.of("" + Long.MAX_VALUE, "false", "é\uD83D\uDE00", digits, "9999-12-31")),
        bq.sql("SELECT * FROM ds.extremes ORDER BY i"));
  }

  @Test
  void anAnnotationNamesTheColumn() throws Exception {
    RowSchema row = new RowSchema().annotated("c1", "größe-1", Type.TYPE_INT64);
    try (StreamWriter writer = writer("named", "`größe-1` INT64", row)) {
      writer.append(row.row(7L)).get();
    }
    assertEquals(List.of(List.of("7")), bq.sql("SELECT `größe-1` FROM ds.named"));
  }

  @Test
  void structsAndArraysKeepTheirShape() throws Exception {
    RowSchema point = new RowSchema().with("x", Type.TYPE_INT64);
    RowSchema row =
        new RowSchema()
            .with("p", point, Label.LABEL_OPTIONAL)
            .with("a", Type.TYPE_INT64, Label.LABEL_REPEATED);
    try (StreamWriter writer = writer("nested", "p STRUCT<x INT64>, a ARRAY<INT64>", row)) {
      writer.append(row.row(new Object[] {5L}, List.of(1L, 2L))).get();
    }
    assertEquals(List.of(List.of("5", "2")), bq.sql("SELECT p.x, ARRAY_LENGTH(a) FROM ds.nested"));
  }

  private static StreamWriter writer(String table, String columns, RowSchema schema)
      throws Exception {
    return bq.writer(bq.create(table, columns) + "/_default", schema.proto());
  }

  private static Throwable refusal(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(ExecutionException.class, call).getCause();
  }
}
