package io.writeback.standin.bigquery.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.cloud.bigquery.storage.v1.StreamWriter;
import com.google.cloud.bigquery.storage.v1.WriteStream.Type;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Who may write where, as the real client sees it. */
class StorageAccessTest {
  private static final RowSchema IDS = RowSchema.ids();
  private static final String WRITE = "bigquery.tables.updateData";
  private StorageClients bq;

  @BeforeEach
  void start() throws Exception {
    bq = new StorageClients();
  }

  @AfterEach
  void stop() {
    bq.close();
  }

  @Test
  void aMissingTableLooksLikeOneThatMayNotBeWritten() throws Exception {
    String missing = bq.table("missing");
    Throwable create = denied(() -> bq.stream(missing, Type.COMMITTED));
    assertTrue(create.getMessage().contains("(or it may not exist)"), create.getMessage());
    try (StreamWriter writer = bq.writer(missing + "/_default", IDS.proto())) {
      denied(() -> writer.append(IDS.rows(1)).get());
    }
  }

  @Test
  void aRevokedPermissionIsSeenByTheNextRequestAndAGrantEndsIt() throws Exception {
    String stream = bq.stream(bq.create("guarded", "id INT64"), Type.COMMITTED);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(1), 0).get();
      bq.service.permissions().revoke(bq.service.serviceAccount(), WRITE);
      denied(() -> writer.append(IDS.rows(2), 1).get());
    }
    denied(() -> bq.write.finalizeWriteStream(stream));
    bq.service.permissions().grant(bq.service.serviceAccount(), WRITE);
    try (StreamWriter writer = bq.writer(stream, IDS.proto())) {
      writer.append(IDS.rows(3), 1).get();
    }
    assertEquals(List.of(1, 3), bq.ids("guarded"));
  }

  @Test
  void anExpiredTokenIsUnauthenticated() throws Exception {
    String table = bq.create("late", "id INT64");
    bq.service.expireTokens();
    fails("UNAUTHENTICATED", () -> bq.stream(table, Type.COMMITTED));
    try (StreamWriter writer = bq.writer(table + "/_default", IDS.proto())) {
      fails("UNAUTHENTICATED", () -> writer.append(IDS.rows(1)).get());
    }
  }

  private static Throwable denied(Executable call) {
    return fails("PERMISSION_DENIED", call);
  }

  private static Throwable fails(String code, Executable call) {
    Throwable thrown = assertThrows(Exception.class, call);
    assertEquals(code, StorageAnswers.code(thrown), thrown.toString());
    return thrown;
  }
}
