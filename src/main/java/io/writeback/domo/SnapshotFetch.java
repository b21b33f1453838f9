package io.writeback.domo;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import io.writeback.domo.VerificationException.Kind;
import io.writeback.retry.FaultException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Downloads one version of a DataSet into a spool, and gives it out only if it is verified. */
final class SnapshotFetch {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFetch.class);

  private final DomoApi api;
  private final VersionDetector detector;
  private final Verification.Rules rules;
  private final CrossCheck check;
  private final DatasetSettings settings;
  private final CursorSettings cursors;
  private final SourceMetrics metrics;
  private final InstantSource clock;

  /** What was downloaded before tells better how much is to come than Domo does. */
  private final Set<String> downloaded = new HashSet<>();

  SnapshotFetch(
      DomoApi api,
      VersionDetector detector,
      Verification.Rules rules,
      DatasetSettings settings,
      CursorSettings cursors,
      SourceMetrics metrics,
      InstantSource clock) {
    this.api = api;
    this.detector = detector;
    this.rules = rules;
    this.check = new CrossCheck(api, rules.sampleRows());
    this.settings = settings;
    this.cursors = cursors;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Fetches.
   *
   * @param info the DataSet as just described by Domo
   * @param config fingerprint of the settings
   * @param drafts where to put it
   * @throws DomoException if a call fails
   * @throws VerificationException if the download is not one whole version
   * @throws IOException if the disk fails
   */
  Contents fetch(DatasetInfo info, DatasetVersion version, String config, Drafts drafts)
      throws IOException {
    Instant started = clock.instant();
    long before = count(info.id());
    Verification.queryable(info, before, rules);
    List<DomoColumn> columns = api.columns(info);
    CheckedCells checked = check.begin(info.id(), columns);
    RowAudit audit = audit(info.id(), columns, checked, started);
    Spool.About subject =
        new Spool.About(
            info.id(),
            info.name(),
            config,
            version,
            audit.selectsAll() ? before : -1,
            null,
            null,
            columns,
            expectedBytes(info.id()),
            started,
            api.identity());
    try (SpoolDraft draft = drafts.begin(subject)) {
      download(info.id(), columns, audit, draft);
      Optional<String> objection = check.objection(info.id(), columns, checked);
      long after = count(info.id());
      // The last call: what was read before it belongs to the version that it names, or is refused.
      Verification.unchanged(version, detector.versionOf(api.dataset(info.id())));
      RowHash hash = audit.hash();
      Verification.rows(audit.row(), before, after);
      objection.ifPresent(
          words -> {
            throw new VerificationException(Kind.CELLS, words, null);
          });
      metrics.escapedCells(checked.escaped().count());
      warnOfHidden(info, audit.row());
      downloaded.add(info.id());
      long ms = Duration.between(started, clock.instant()).toMillis();
      metrics.downloaded(info.id(), audit.row(), draft.bytes(), ms);
      LOG.info(
          "DataSet {} ({}): read {} rows, {} bytes in {} ms",
          info.id(),
          info.name(),
          audit.row(),
          draft.bytes(),
          ms);
      return draft.seal(subject.whole(hash, draft.bytes(), audit.highest()));
    }
  }

  /** What Domo says of the last upload; 0 if that is not known, or not needed. */
  private long expectedBytes(String dataset) {
    if (downloaded.contains(dataset)) {
      return 0;
    }
    try {
      return api.bytes(dataset).orElse(0);
    } catch (DomoException e) {
      LOG.debug("The size of DataSet {} is not known: {}", dataset, e.getMessage());
      return 0;
    }
  }

  private long count(String dataset) {
    return number(api.query(dataset, DomoSql.COUNT), "COUNT(*)");
  }

  /** The whole number that a query gave. */
  static long number(DomoApi.QueryAnswer answer, String what) {
    String text =
        answer
            .first()
            .orElseThrow(
                () -> new VerificationException(Kind.ROWS, what + " gave no number", null));
    try {
      return new BigDecimal(text).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new VerificationException(Kind.ROWS, what + " gave no whole number", e);
    }
  }

  /** What does not fit the settings is found here, before the download. */
  private RowAudit audit(
      String dataset, List<DomoColumn> columns, CheckedCells checked, Instant started) {
    RowSelection selection = settings.selection(dataset, columns);
    settings.shape(dataset, selection);
    Optional<HighestCursor> highest =
        settings
            .cursor(dataset)
            .map(names -> CursorColumns.of(columns, names))
            .map(cursor -> new HighestCursor(cursor, cursors.limit(cursor.cursor(), started)));
    return new RowAudit(selection, settings.forms(), highest.orElse(null), checked);
  }

  private static void warnOfHidden(DatasetInfo info, long visible) {
    if (info.restricted() && info.rows() >= 0 && info.rows() != visible) {
      LOG.warn(
          "DataSet {} ({}): row-level policies (PDP) hide rows from the user of domo.client.id, {} of"
              + " {} are read; domo.pdp=hold stops this",
          info.id(),
          info.name(),
          visible,
          info.rows());
    }
  }

  private void download(String dataset, List<DomoColumn> columns, RowAudit audit, SpoolDraft draft)
      throws IOException {
    try (DomoApi.Export export = api.export(dataset)) {
      try (CsvReader<CsvHandler> reader = CsvHandler.reader(audit, draft.copying(export.body()));
          CloseableIterator<CsvHandler> rows = reader.iterator()) {
        boolean first = true;
        while (rows.hasNext()) {
          rows.next();
          if (first) {
            // Before the rows, whose types would be read from the wrong columns.
            Verification.header(audit.header(), columns, 1);
            first = false;
          }
        }
      }
      draft.finish();
      Verification.header(audit.header(), columns, audit.row());
      Verification.end(export.endIsProven(), draft.endsWithLine());
    } catch (CsvParseException e) {
      // The parser wraps what its handler and its input throw.
      if (e.getCause() instanceof FaultException fault) {
        throw fault;
      }
      throw unclean(e.getCause() instanceof IllegalArgumentException cell ? cell : e);
    } catch (IllegalArgumentException e) {
      throw unclean(e);
    } catch (UncheckedIOException e) {
      throw unreadable(e.getCause());
    }
  }

  private static VerificationException unclean(RuntimeException e) {
    return new VerificationException(
        Kind.CONTENT, "the export cannot be read: " + e.getMessage(), e);
  }

  private static RuntimeException unreadable(IOException e) throws IOException {
    if (e instanceof CharacterCodingException) {
      return new VerificationException(Kind.CONTENT, "the export is not clean UTF-8", e);
    }
    throw e;
  }
}
