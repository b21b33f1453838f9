package io.writeback.redshift;

import static io.writeback.redshift.RedshiftSinkConfig.*;

import io.writeback.config.KeyGroup;
import io.writeback.config.OneOf;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/** The keys about tables and values that only Redshift has. */
final class TableKeys {
  private TableKeys() {}

  static void define(ConfigDef def) {
    tables(new KeyGroup(def, "Tables of Redshift"));
    design(new KeyGroup(def, "New tables of Redshift"));
  }

  private static void tables(KeyGroup keys) {
    keys.word(
        OVERWRITE_METHOD,
        "replace",
        OneOf.words("replace", "swap"),
        "With write.mode=overwrite: replace deletes and loads in one transaction, and keeps views"
            + " and grants; swap loads a new table and gives it the name, which suits very large"
            + " tables, copies grants, and refuses to work while ordinary views depend on the"
            + " table.");
    keys.text(
        DELETED_FIELD,
        "__deleted",
        "With write.mode=upsert: a field of the value that says that the record is a deletion, by"
            + " true or the text true, as Debezium's ExtractNewRecordState writes with"
            + " delete.tombstone.handling.mode=rewrite. It becomes no column.");
    keys.word(
        TYPE_CHANGE,
        "fail",
        OneOf.words("fail", "column", "report"),
        "What happens when the records bring a type that a column cannot hold exactly. fail: nothing"
            + " is loaded until the column or the records are changed. column: the values go to a"
            + " new column, named <column>__<type>. report: such records are reported as errant and"
            + " the others land; of a table that is still to be made, the first records say the"
            + " types.");
    keys.word(
        NEW_COLUMNS,
        "add",
        OneOf.words("add", "report"),
        "What happens when the records bring a field that their table has no column for. add: the"
            + " column is added. report: such records are reported as errant, so that a single one"
            + " cannot change the table for everybody.");
    keys.word(
        OTHER_DELIVERIES,
        "refuse",
        OneOf.words("refuse", "allow"),
        "What happens when another connector brings the same topic into the same table, which would"
            + " write each row twice. refuse: nothing is loaded. allow: for equally named topics of"
            + " two Kafka clusters.");
    keys.word(
        VALUES_OVERSIZE,
        "fail",
        OneOf.words("fail", "truncate", "null"),
        "What happens to a text of more than 65,535 bytes, bytes of more than 1,024,000, or a nested"
            + " value that is as large as a row of COPY may be, 4 MiB. fail: the record is reported"
            + " as errant. truncate: texts and bytes are shortened, a nested value still fails."
            + " null: the value becomes null. The log table counts both. Values of a key are never"
            + " changed. A text of more than 65,535 bytes inside a nested value is left to COPY,"
            + " because a database may be set to take it; if COPY refuses it, the record is"
            + " reported.");
    keys.word(
        VALUES_NUL,
        "fail",
        OneOf.words("fail", "truncate", "null"),
        "What happens to a text with a NUL character, which Redshift cannot store. fail: the record"
            + " is reported as errant. truncate: the NUL characters go. null: the value becomes"
            + " null.");
    keys.word(
        VALUES_EMPTY_BYTES,
        "fail",
        OneOf.words("fail", "null"),
        "What happens to bytes without any byte, which COPY reads as null. fail: the record is"
            + " reported as errant. null: it becomes null, and the log table counts it.");
  }

  private static void design(KeyGroup keys) {
    keys.word(
        TABLE_DISTSTYLE,
        "auto",
        OneOf.words("auto", "even", "all", "key"),
        "Distribution of new tables. auto lets Redshift choose; key needs " + TABLE_DISTKEY + ".");
    keys.text(TABLE_DISTKEY, "", "Column that new tables are distributed by, where they have it.");
    keys.list(
        TABLE_SORTKEYS,
        null,
        Importance.MEDIUM,
        "Columns that new tables are sorted by, where they have them.");
    keys.list(
        TABLE_GRANTS,
        ConfigDef.LambdaValidator.with(
            (name, value) -> ((List<?>) value).forEach(text -> Grant.of(name, text.toString())),
            () -> "SELECT TO GROUP analysts, …"),
        Importance.MEDIUM,
        "What is granted on new tables, such as SELECT TO GROUP analysts, SELECT TO maria, ALL TO"
            + " ROLE loader.");
    keys.text(
        SQL_BEFORE,
        "",
        "Statements before the rows of a table are loaded, in the same transaction; a semicolon at"
            + " the end of a line separates them, {table} is the table. None that end the"
            + " transaction.");
    keys.text(SQL_AFTER, "", "As " + SQL_BEFORE + ", after the rows are loaded.");
  }
}
