package io.writeback.standin.redshift;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads COPY (Developer Guide, "COPY" and its "copy-parameters" sections). */
final class CopyParser {
  private static final Set<String> FORMATS =
      Set.of("parquet", "orc", "avro", "json", "fixedwidth", "shapefile", "rcfile", "sequencefile");
  private static final Set<String> SIMPLE_FLAGS =
      Set.of(
          "roundec",
          "emptyasnull",
          "blanksasnull",
          "truncatecolumns",
          "trimblanks",
          "fillrecord",
          "ignoreblanklines",
          "ignoreallerrors",
          "explicit_ids",
          "noload",
          "manifest");

  private final SqlCursor cursor;
  private final Map<String, String> values = new HashMap<>();
  private final Set<CopyCommand.Flag> flags = EnumSet.noneOf(CopyCommand.Flag.class);
  private CopyCommand.Compression compression = CopyCommand.Compression.NONE;
  private boolean csv;
  private int maxError;
  private int ignoreHeader;

  private CopyParser(SqlCursor cursor) {
    this.cursor = cursor;
  }

  static CopyCommand parse(SqlCursor cursor) {
    return new CopyParser(cursor).parse();
  }

  private CopyCommand parse() {
    cursor.expect("copy");
    String table = cursor.expectQualifiedName();
    List<String> columns = new ArrayList<>();
    if (cursor.acceptSymbol("(")) {
      do {
        columns.add(cursor.expectName().text());
      } while (cursor.acceptSymbol(","));
      cursor.expectSymbol(")");
    }
    cursor.expect("from");
    String location = cursor.expectLiteral();
    if (!location.startsWith("s3://") || location.indexOf('/', 5) < 0) {
      throw SqlFailure.unsupported(
          "COPY reads from 's3://bucket/key' in this stand-in, found '" + location + "'");
    }
    while (!cursor.atEnd()) {
      option();
    }
    if (!csv) {
      throw SqlFailure.unsupported("this stand-in loads CSV only: add CSV to the COPY command");
    }
    int slash = location.indexOf('/', 5);
    AwsKeys keys = CopyCredentials.keys(values);
    return new CopyCommand(
        table,
        List.copyOf(columns),
        location.substring(5, slash),
        location.substring(slash + 1),
        keys,
        values.get("iam_role"),
        values.get("region"),
        compression,
        values.getOrDefault("null", "\\N"),
        single("delimiter", ','),
        single("quote", '"'),
        values.get("timeformat"),
        values.get("dateformat"),
        single("acceptinvchars", '?'),
        maxError,
        ignoreHeader,
        flags);
  }

  private void option() {
    Token token = cursor.next();
    String name = token.kind() == Token.Kind.WORD ? token.name() : "";
    if (SIMPLE_FLAGS.contains(name)) {
      flags.add(CopyCommand.Flag.valueOf(name.toUpperCase(Locale.ROOT)));
      return;
    }
    switch (name) {
      case "with" -> {}
      case "iam_role" -> value(name, cursor.accept("default") ? "default" : literal());
      case "access_key_id", "secret_access_key", "session_token", "region", "quote" ->
          value(name, literal());
      case "credentials" -> CopyCredentials.split(literal()).forEach(this::value);
      case "format" -> cursor.accept("as");
      case "csv" -> csv = true;
      case "gzip" -> compression(CopyCommand.Compression.GZIP);
      case "zstd" -> compression(CopyCommand.Compression.ZSTD);
      case "delimiter", "timeformat", "dateformat", "null" -> value(name, literal());
      case "acceptinvchars" -> acceptInvChars();
      case "acceptanydate", "encoding", "escape", "removequotes", "bzip2", "lzop", "encrypted" ->
          throw SqlFailure.unsupported(
              "COPY option %s is not in this stand-in".formatted(name.toUpperCase(Locale.ROOT)));
      case "maxerror" -> maxError = number(100_000);
      case "ignoreheader" -> ignoreHeader = number(Integer.MAX_VALUE);
      case "comprows" -> number(Integer.MAX_VALUE);
      case "compupdate" -> {
        if (!cursor.accept("preset")) {
          onOff();
        }
      }
      case "statupdate" -> {
        onOff();
        flags.add(CopyCommand.Flag.STATUPDATE);
      }
      default -> {
        if (FORMATS.contains(name)) {
          throw SqlFailure.unsupported(
              "COPY %s is not in this stand-in, which loads CSV".formatted(token.text()));
        }
        throw SqlFailure.syntax(token.text());
      }
    }
  }

  private String literal() {
    cursor.accept("as");
    return cursor.expectLiteral();
  }

  private int number(int max) {
    cursor.accept("as");
    int number = cursor.expectNumber();
    if (number > max) {
      throw new SqlFailure("22023", "value " + number + " is above the limit of " + max);
    }
    return number;
  }

  private void onOff() {
    if (!cursor.accept("on") && !cursor.accept("true") && !cursor.accept("off")) {
      cursor.accept("false");
    }
  }

  private void acceptInvChars() {
    flags.add(CopyCommand.Flag.ACCEPTINVCHARS);
    cursor.accept("as");
    if (cursor.peek().kind() == Token.Kind.STRING) {
      value("acceptinvchars", cursor.expectLiteral());
    }
  }

  private void compression(CopyCommand.Compression wanted) {
    if (compression != CopyCommand.Compression.NONE) {
      throw new SqlFailure("42601", "conflicting or redundant options");
    }
    compression = wanted;
  }

  private void value(String name, String value) {
    if (values.putIfAbsent(name, value) != null) {
      throw new SqlFailure("42601", "conflicting or redundant options");
    }
  }

  private char single(String name, char otherwise) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    String plain = value.equals("\\t") ? "\t" : value;
    if (plain.length() != 1 || plain.charAt(0) == 0 || plain.charAt(0) > 127) {
      throw new SqlFailure(
          "22023",
          "COPY %s must be a single ASCII character".formatted(name.toUpperCase(Locale.ROOT)));
    }
    return plain.charAt(0);
  }
}
