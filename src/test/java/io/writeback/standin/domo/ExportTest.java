package io.writeback.standin.domo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.writeback.standin.domo.CsvDialect.FormulaGuard;
import io.writeback.standin.domo.CsvDialect.LineEnd;
import io.writeback.standin.domo.CsvDialect.NullText;
import io.writeback.standin.domo.CsvDialect.Quoting;
import io.writeback.standin.domo.rows.Column;
import io.writeback.standin.domo.rows.DomoType;
import io.writeback.standin.domo.rows.ListRows;
import io.writeback.standin.domo.rows.RandomRows;
import io.writeback.standin.http.HttpCall.Framing;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExportTest {
  private static final CsvDialect PLAIN = CsvDialect.documented();

  private final DomoStandIn domo = DomoStandIn.start(Settings.defaults());
  private final DomoDataSet dataSet =
      domo.add(
          DataSetSpec.of(
              "people",
              ListRows.of(
                  List.of(
                      new Column("id", DomoType.LONG),
                      new Column("full, name", DomoType.STRING),
                      new Column("on", DomoType.DATE)),
                  new String[] {"-7", "Qui-Gon \"Jinn\"", null},
                  new String[] {null, "", "2020-02-29"},
                  new String[] {"3", "-", null},
                  new String[] {"4", "é😀\n", null},
                  new String[] {"5", "\\N", null})));
  private DomoClient client;

  @BeforeEach
  void logIn() throws IOException {
    client = DomoClient.loggedIn(domo);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    domo.close();
  }

  private String csv(CsvDialect dialect) throws IOException {
    dataSet.dialect(dialect);
    return client.csv(dataSet.id(), "includeHeader=true&disableFormulaInterpretation=false").text();
  }

  @Test
  void theDocumentedDialectQuotesOnlyWhatNeedsIt() throws Exception {
    assertEquals(
        "id,\"full, name\",on\n"
            + "-7,\"Qui-Gon \"\"Jinn\"\"\",\n"
            + ",\"\",2020-02-29\n"
            + "3,-,\n"
            + "4,\"é😀\n\",\n"
            + "5,\\N,\n",
        csv(PLAIN));
  }

  @Test
  void everythingCanBeQuotedButNull() throws Exception {
    assertEquals(
        "\"id\",\"full, name\",\"on\"\n"
            + "\"-7\",\"Qui-Gon \"\"Jinn\"\"\",\n"
            + ",\"\",\"2020-02-29\"\n"
            + "\"3\",\"-\",\n"
            + "\"4\",\"é😀\n\",\n"
            + "\"5\",\"\\N\",\n",
        csv(PLAIN.withQuoting(Quoting.ALL)));
    assertTrue(
        csv(PLAIN.withQuoting(Quoting.HEADER_UNQUOTED))
            .startsWith("id,\"full, name\",on\n\"-7\",\"Qui-Gon"));
  }

  @Test
  void nullCanBeBackslashNWhichTextThatLooksLikeItIsNot() throws Exception {
    assertEquals(
        "id,\"full, name\",on\n"
            + "-7,\"Qui-Gon \"\"Jinn\"\"\",\\N\n"
            + "\\N,\"\",2020-02-29\n"
            + "3,-,\\N\n"
            + "4,\"é😀\n\",\\N\n"
            + "5,\"\\N\",\\N\n",
        csv(PLAIN.withNullText(NullText.BACKSLASH_N)));
  }

  @Test
  void linesCanEndWithCrLfAndTheFileCanBeginWithAMark() throws Exception {
    String text = csv(PLAIN.withLineEnd(LineEnd.CRLF).withBom(true));
    assertTrue(text.startsWith("\ufeffid,\"full, name\",on\r\n-7,"), text);
    assertTrue(text.contains("4,\"é😀\n\",\r\n"), text);
  }

  @Test
  void thereIsNoHeaderUnlessAskedFor() throws Exception {
    assertTrue(client.csv(dataSet.id(), "").text().startsWith("-7,"));
    assertTrue(client.csv(dataSet.id(), "includeHeader=false").text().startsWith("-7,"));
  }

  @Test
  void aFileNameComesBackInAHeader() throws Exception {
    DomoClient.Answer answer = client.csv(dataSet.id(), "fileName=data.csv");
    assertEquals("attachment; filename=data.csv", answer.header("Content-Disposition"));
    assertEquals("text/csv", answer.header("Content-Type"));
    assertEquals("", client.csv(dataSet.id(), "").header("Content-Disposition"));
  }

  @Test
  void formulasInTextAreGuardedUnlessDeclined() throws Exception {
    assertEquals("'-", third("disableFormulaInterpretation=true", FormulaGuard.UNLESS_DECLINED));
    assertEquals("'-", third("", FormulaGuard.UNLESS_DECLINED));
    assertEquals("-", third("disableFormulaInterpretation=false", FormulaGuard.UNLESS_DECLINED));
    assertEquals("'-", third("disableFormulaInterpretation=true", FormulaGuard.IF_ASKED));
    assertEquals("-", third("", FormulaGuard.IF_ASKED));
    assertEquals("'-", third("disableFormulaInterpretation=false", FormulaGuard.ALWAYS));
    assertEquals("-", third("disableFormulaInterpretation=true", FormulaGuard.NEVER));
  }

  /** The text of the third row; the first row's negative number must never change. */
  private String third(String query, FormulaGuard guard) throws IOException {
    dataSet.dialect(PLAIN.withFormulaGuard(guard));
    List<String> lines = client.csv(dataSet.id(), query).text().lines().toList();
    assertTrue(lines.get(0).startsWith("-7,"), lines.get(0));
    return lines.get(2).split(",", -1)[1];
  }

  @Test
  void gzipComesOnlyToThoseWhoTakeIt() throws Exception {
    String plain = csv(PLAIN);
    DomoClient.Answer zipped =
        client.csv(
            dataSet.id(),
            "includeHeader=true&disableFormulaInterpretation=false",
            "Accept-Encoding",
            "gzip, deflate");
    assertEquals("gzip", zipped.header("Content-Encoding"));
    assertEquals(
        plain,
        new String(
            new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes(), UTF_8));
    dataSet.dialect(PLAIN.withGzip(false));
    assertEquals(
        "", client.csv(dataSet.id(), "", "Accept-Encoding", "gzip").header("Content-Encoding"));
  }

  @Test
  void eachFramingCarriesTheSameBytes() throws Exception {
    dataSet.publish(RandomRows.of(5, 3000), Action.REPLACE);
    for (String encoding : List.of("identity", "gzip")) {
      byte[] expected = null;
      for (Framing framing : Framing.values()) {
        dataSet.dialect(PLAIN.withFraming(framing));
        DomoClient.Answer answer = client.csv(dataSet.id(), "", "Accept-Encoding", encoding);
        assertEquals(
            framing == Framing.CHUNKED ? "chunked" : "", answer.header("Transfer-Encoding"));
        assertEquals(
            framing == Framing.LENGTH ? Integer.toString(answer.body().length) : "",
            answer.header("Content-Length"));
        assertEquals(framing == Framing.CLOSE ? "close" : "", answer.header("Connection"));
        expected = expected == null ? answer.body() : expected;
        assertArrayEquals(expected, answer.body());
      }
    }
  }

  @Test
  void whoTakesNoCsvGetsA406Page() throws Exception {
    for (String accept : List.of("text/csv", "text/*", "*/*", "application/json, text/csv;q=0.5")) {
      assertEquals(200, client.csv(dataSet.id(), "", "Accept", accept).status(), accept);
    }
    DomoClient.Answer answer = client.csv(dataSet.id(), "", "Accept", "application/json");
    assertEquals(406, answer.status());
    assertTrue(answer.text().contains("<html>"));
  }

  @Test
  void aPolicyHidesRowsFromExportsAndQueriesButNotFromMetadata() throws Exception {
    dataSet.policy(new PdpPolicy("leap days", "on", Set.of("2020-02-29")));
    assertEquals(",\"\",2020-02-29\n", client.csv(dataSet.id(), "").text());
    assertEquals(
        "[[1]]",
        client.query(dataSet.id(), "SELECT COUNT(*) FROM t").json().get("rows").toString());
    assertEquals(5, client.get("/v1/datasets/" + dataSet.id()).json().get("rows").intValue());
  }

  @Test
  void longCellsAndManyColumnsSurviveTheBuffer() throws Exception {
    String text = "x\"é".repeat(50_000);
    dataSet.publish(
        ListRows.of(
            List.of(new Column("t", DomoType.STRING)),
            new String[] {text},
            new String[] {"y".repeat(70_000)},
            new String[] {null}),
        Action.REPLACE);
    assertEquals(
        "\"" + text.replace("\"", "\"\"") + "\"\n" + "y".repeat(70_000) + "\n\n",
        client.csv(dataSet.id(), "").text());
  }
}
