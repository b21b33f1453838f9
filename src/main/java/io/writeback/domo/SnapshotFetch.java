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
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Downloads one version of a DataSet into a spool, and gives it out only if it is verified. */
final class SnapshotFetch {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFetch.class);

  private final DomoApi api;
  private final VersionDetector detector;
  private final Verification.Rules rules;
  private final CrossCheck check;
  private final CellForms forms;
  private final SourceMetrics metrics;
  private final InstantSource clock;

  SnapshotFetch(
      DomoApi api,
      VersionDetector detector,
      Verification.Rules rules,
      CellForms forms,
      SourceMetrics metrics,
      InstantSource clock) {
    this.api = api;
    this.detector = detector;
    this.rules = rules;
    this.check = new CrossCheck(api, rules.sampleRows());
    this.forms = forms;
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
    List<DomoColumn> columns = columns(info);
    RowSample sample = check.sample(info.id(), columns);
    Spool.About subject =
        new Spool.About(
            info.id(),
            info.name(),
            config,
            version,
            before,
            null,
            null,
            columns,
            0,
            started,
            api.identity());
    try (SpoolDraft draft = drafts.begin(subject)) {
      RowAudit audit = download(info.id(), columns, sample, draft);
      Optional<String> objection = check.objection(info.id(), columns, audit);
      long after = count(info.id());
      // The last call: what was read before it belongs to the version that it names, or is refused.
      Verification.unchanged(version, detector.versionOf(api.dataset(info.id())));
      RowHash hash = audit.hash();
      Verification.rows(hash.rows(), before, after);
      objection.ifPresent(
          words -> {
            throw new VerificationException(Kind.CELLS, words, null);
          });
      metrics.escapedCells(audit.escaped().count());
      warnOfHidden(info, hash.rows());
      long ms = Duration.between(started, clock.instant()).toMillis();
      metrics.downloaded(hash.rows(), draft.bytes(), ms);
      LOG.info(
          "DataSet {} ({}): read {} rows, {} bytes in {} ms",
          info.id(),
          info.name(),
          hash.rows(),
          draft.bytes(),
          ms);
      return draft.seal(subject.whole(hash, draft.bytes()));
    }
  }

  /** Most live DataSets have no schema in their metadata; the query API knows the types. */
  private List<DomoColumn> columns(DatasetInfo info) {
    return info.columns().isEmpty()
        ? api.query(info.id(), DomoSql.rows(1)).columns()
        : info.columns();
  }

  private long count(String dataset) {
    String text =
        api.query(dataset, DomoSql.COUNT)
            .first()
            .orElseThrow(
                () -> new VerificationException(Kind.ROWS, "COUNT(*) gave no number", null));
    try {
      return new BigDecimal(text).longValueExact();
    } catch (ArithmeticException | NumberFormatException e) {
      throw new VerificationException(Kind.ROWS, "COUNT(*) gave no whole number", e);
    }
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

  private RowAudit download(
      String dataset, List<DomoColumn> columns, RowSample sample, SpoolDraft draft)
      throws IOException {
    RowAudit audit = new RowAudit(columns, forms, sample);
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
    return audit;
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
