package io.writeback.redshift;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.redshift.CopyStatement.Authorization;
import io.writeback.sink.Target;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** SQL texts and names. */
class SqlTest {
  @Test
  void anIdentifierIsQuotedAndItsQuotesAreDoubled() {
    assertEquals("\"a \"\"b\"\"\"", Sql.identifier("a \"b\""));
    assertThrows(IllegalArgumentException.class, () -> Sql.identifier(""));
  }

  @Test
  void aTableNameIsWrittenAsRedshiftKeepsIt() {
    assertEquals("\"public\".\"orders\"", Sql.table(new Target("Public", "Orders")));
  }

  @Test
  void aLiteralDoublesQuotesAndRefusesWhatTwoDialectsReadDifferently() {
    assertEquals("'it''s'", Sql.literal("it's"));
    assertThrows(IllegalArgumentException.class, () -> Sql.literal("a\\b"));
    assertThrows(IllegalArgumentException.class, () -> Sql.literal("a\nb"));
  }

  @Test
  void namesThatFoldIntoOneGetASuffixThatDependsOnTheNameAlone() {
    List<String> names = ColumnNames.of(List.of("Id", "ID", "id", "Other"));
    assertEquals(4, new HashSet<>(names).size());
    assertEquals("id", names.get(2), "the name that needs no folding stays");
    assertEquals("other", names.get(3));
    assertEquals(names.get(0), ColumnNames.of(List.of("ID", "Id")).get(1), "in any order");
  }

  @Test
  void aLongNameIsCutAtACharacterAndStaysDistinct() {
    String base = "ä".repeat(80);
    List<String> names = ColumnNames.of(List.of(base + "1", base + "2"));
    assertNotEquals(names.get(0), names.get(1));
    names.forEach(
        name ->
            assertTrue(
                name.getBytes(StandardCharsets.UTF_8).length <= ColumnNames.MAX_BYTES, name));
  }

  @Test
  void copyNamesColumnsNullTokenAndMandatoryObjects() {
    CopyStatement copy =
        new CopyStatement(
            "\"public\".\"t\"",
            new StagedObject.Load(List.of("a", "b"), 0, Compression.ZSTD),
            "s3://bucket/m",
            "eu-west-1",
            new Authorization.Role("arn:aws:iam::1:role/r"),
            "ACCEPTINVCHARS");
    assertEquals(
        "COPY \"public\".\"t\" (\"a\", \"b\") FROM 's3://bucket/m' IAM_ROLE 'arn:aws:iam::1:role/r'"
            + " REGION 'eu-west-1' MANIFEST FORMAT AS CSV ZSTD NULL AS '~wb0~' DATEFORMAT 'auto'"
            + " TIMEFORMAT 'auto' COMPUPDATE OFF ACCEPTINVCHARS",
        copy.sql());
    assertTrue(
        CopyStatement.manifest(List.of("s3://bucket/o"))
            .contains("{\"url\":\"s3://bucket/o\",\"mandatory\":true}"));
  }

  @Test
  void keysAreInTheStatementAndNowhereElse() {
    AwsKeys keys = new AwsKeys("AKIAX", "verysecret", Optional.of("thetoken"));
    CopyStatement copy =
        new CopyStatement(
            "\"public\".\"t\"",
            new StagedObject.Load(List.of("a"), 0, Compression.NONE),
            "s3://bucket/m",
            "eu-west-1",
            new Authorization.Keys(keys),
            "");
    assertTrue(copy.sql().contains("SECRET_ACCESS_KEY 'verysecret' SESSION_TOKEN 'thetoken'"));
    assertFalse(copy.toString().contains("verysecret"));
    assertFalse(keys.toString().contains("verysecret"));
  }

  @Test
  void objectKeysTellOwnersApartAndTheEpochCanBeReadBack() {
    ObjectKeys keys = new ObjectKeys("stage", "my connector");
    String prefix = keys.partition("orders", 1);
    assertTrue(prefix.matches("stage/my_connector-[0-9a-f]{8}/orders/1/"), prefix);
    assertEquals(7, keys.epoch(prefix + "7/x.csv", prefix).orElse(-1));
    assertTrue(keys.epoch("stage/other/7/x.csv", prefix).isEmpty());
    assertNotEquals(ObjectKeys.segment("a/b"), ObjectKeys.segment("a_b"));
    assertFalse(ObjectKeys.segment("..").contains(".."));
  }

  @Test
  void aTextTooLongForAColumnIsCompressed() {
    String text = "[\"a column name\",\"VARCHAR\",256,0],".repeat(5000);
    String packed = LongText.pack(text);
    assertTrue(packed.length() < RedshiftType.MAX_VARCHAR_BYTES);
    assertEquals(text, LongText.unpack(packed));
    assertEquals("short", LongText.pack("short"));
  }

  @Test
  void ordinalsAddUpToTheSameWhateverTheirOrderAndDifferIfOneIsThereTwice() {
    long reversed = 0;
    for (long i = 1000; i >= 1; i--) {
      reversed += Ordinals.fingerprint(i);
    }
    assertEquals(Ordinals.fingerprintUpTo(1000), reversed);
    assertNotEquals(
        Ordinals.fingerprintUpTo(1000),
        reversed - Ordinals.fingerprint(17) + Ordinals.fingerprint(18));
  }
}
