package io.writeback.domo;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;

/** The settings of running the source: when it looks, what it holds, where it keeps downloads. */
final class OperationKeys {
  static final String SCHEDULE = "domo.schedule";
  static final String SCHEDULE_TIMEZONE = "domo.schedule.timezone";
  static final String ON_DELETED = "domo.on.deleted";
  static final String DATASET_FAILURE = "domo.dataset.failure";
  static final String EMIT_UNCHANGED = "domo.emit.unchanged";
  static final String ACCEPT = "snapshot.accept";
  static final String SPOOL = "domo.spool";
  static final String SPOOL_DIR = "domo.spool.dir";
  static final String SPOOL_MAX_BYTES = "domo.spool.max.bytes";
  static final String SPOOL_CONCURRENCY = "domo.spool.concurrency";
  static final String SPOOL_ENCRYPT = "domo.spool.encrypt";
  static final String METADATA_FIELDS = "domo.metadata.fields";

  private static final ConfigDef.Validator CRON =
      ConfigRules.text("five cron fields, or @daily and the like", OperationKeys::cron);
  private static final ConfigDef.Validator ZONE =
      ConfigRules.text("a time zone such as Europe/Berlin", OperationKeys::zone);
  private static final ConfigDef.Validator CODES =
      ConfigRules.list("codes of 16 hex digits", OperationKeys::codes);

  private OperationKeys() {}

  static void define(DomoConfigDef d) {
    d.group("Operation");
    d.with(
        SCHEDULE,
        ConfigDef.Type.STRING,
        "",
        CRON,
        "When to look for new versions and new DataSets, as in cron: minute, hour, day of month,"
            + " month, day of week. Then "
            + DomoConfigDef.POLL_INTERVAL_MS
            + " and "
            + DomoConfigDef.DISCOVERY_INTERVAL_MS
            + " are not used. A run that failed is tried again before the next one; one that was"
            + " missed is made up for; a DataSet without an offset is sent at once. Empty for"
            + " intervals.");
    d.with(
        SCHEDULE_TIMEZONE,
        ConfigDef.Type.STRING,
        "UTC",
        ZONE,
        "Time zone of "
            + SCHEDULE
            + ". Where clocks change, a skipped time comes right after the gap and a repeated one"
            + " comes once; with hour * every hour that passes counts.");
    d.choice(
        ON_DELETED,
        "fail",
        "What to do when a DataSet is deleted in Domo, not visible or not selected any more: fail"
            + " holds it with a warning (see "
            + DATASET_FAILURE
            + "), ignore leaves it at what was sent, empty sends one version without rows, so that"
            + " sinks empty their tables. A single answer does not count: it must stay so for "
            + DomoConfigDef.SETTLE_MAX_MS
            + " before empty acts. If the DataSet comes back, its version is sent.",
        "fail",
        "ignore",
        "empty");
    d.choice(
        DATASET_FAILURE,
        "isolate",
        "What to do when something is wrong with one DataSet that waits for a person (held by a"
            + " guard, gone, not readable, rows dropped): isolate leaves the others alone, fail"
            + " fails the task. Outages never fail a task.",
        "isolate",
        "fail");
    d.with(
        EMIT_UNCHANGED,
        ConfigDef.Type.BOOLEAN,
        false,
        null,
        "Whether a new version whose rows are those of the last one is sent too, as after each run"
            + " of a flow in Domo. It still waits for "
            + DomoConfigDef.SETTLE_MAX_MS
            + ".");
    d.with(
        ACCEPT,
        ConfigDef.Type.LIST,
        List.of(),
        CODES,
        "Versions to send although a guard holds them. The warning about a held version says what"
            + " to add here; codes of the past do no harm.");
    spool(d);
    d.with(
        METADATA_FIELDS,
        ConfigDef.Type.LIST,
        List.of(),
        ConfigDef.ValidList.in(RecordShape.METADATA.toArray(new String[0])),
        "Fields to add to each value, for consumers that cannot read headers: __snapshot (the id of"
            + " the snapshot), __row (the ordinal in it). In snapshot+incremental mode they are null"
            + " in the rows that follow the snapshot.");
  }

  private static void spool(DomoConfigDef d) {
    d.group("Spool");
    d.choice(
        SPOOL,
        "disk",
        "disk downloads and verifies a version before the first row is sent. none sends rows while"
            + " they come, and the manifest only if the whole was verified: rows of a download that"
            + " fails stay in the topic without a manifest, a restart begins anew, guards act"
            + " before the manifest only; not with exactly.once.support=required.",
        "disk",
        "none");
    d.with(
        SPOOL_DIR,
        ConfigDef.Type.STRING,
        "",
        null,
        "Directory for downloads until they are verified and sent, on a disk that survives a"
            + " restart if possible. Needed unless "
            + SPOOL
            + " is none.");
    d.with(
        SPOOL_MAX_BYTES,
        ConfigDef.Type.LONG,
        10L << 30,
        ConfigDef.Range.atLeast(1 << 20),
        "Bound on all (compressed) spools in the directory, of all tasks and connectors of a"
            + " worker.");
    d.with(
        SPOOL_CONCURRENCY,
        ConfigDef.Type.INT,
        2,
        ConfigDef.Range.atLeast(1),
        "DataSets of a task that may be downloading or going out at once.");
    d.with(
        SPOOL_ENCRYPT,
        ConfigDef.Type.BOOLEAN,
        false,
        null,
        "Whether spools are encrypted (AES-GCM) with a key that only the worker's process has."
            + " What a crash leaves behind is unreadable and removed; a new process downloads"
            + " again.");
  }

  private static void cron(String value) {
    if (!value.isBlank()) {
      CronExpression.parse(value);
    }
  }

  private static void zone(String value) {
    try {
      ZoneId.of(value);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("no time zone: " + e.getMessage(), e);
    }
  }

  private static void codes(List<String> values) {
    for (String value : values) {
      if (!value.matches("[0-9a-f]{16}")) {
        throw new IllegalArgumentException(
            "\""
                + value
                + "\": expected the 16 hex digits that the warning about the version says");
      }
    }
  }
}
