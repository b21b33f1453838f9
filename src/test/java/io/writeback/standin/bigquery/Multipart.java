package io.writeback.standin.bigquery;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.http.HttpCall;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A multipart/related body of two parts: the job, then the data, which goes to a file. */
final class Multipart {
  private static final Pattern BOUNDARY = Pattern.compile("boundary=\"?([^\";]+)\"?");
  private static final int TAIL = 512;

  private Multipart() {}

  static JsonNode read(HttpCall call, Path file) throws IOException {
    Matcher type = BOUNDARY.matcher(call.header("Content-Type").orElse(""));
    if (!type.find()) {
      throw ApiException.invalid("Multipart upload without a boundary");
    }
    String boundary = "--" + type.group(1);
    try (InputStream in = new BufferedInputStream(RequestBody.stream(call), 1 << 16)) {
      skipTo(in, boundary);
      headers(in);
      StringBuilder json = new StringBuilder();
      for (String line = line(in); !line.startsWith(boundary); line = line(in)) {
        json.append(line).append('\n');
      }
      headers(in);
      try (OutputStream out = Files.newOutputStream(file)) {
        in.transferTo(out);
      }
      cutTail(file, boundary);
      return ApiCall.read(json.toString());
    }
  }

  private static void skipTo(InputStream in, String boundary) throws IOException {
    while (!line(in).startsWith(boundary)) {}
  }

  private static void headers(InputStream in) throws IOException {
    while (!line(in).isEmpty()) {}
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int b = in.read();
    for (; b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    if (b < 0 && line.size() == 0) {
      throw ApiException.invalid("Multipart upload ended too early");
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** Removes the closing boundary from the end of the data. */
  private static void cutTail(Path file, String boundary) throws IOException {
    try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
      int length = (int) Math.min(data.length(), TAIL);
      byte[] tail = new byte[length];
      data.seek(data.length() - length);
      data.readFully(tail);
      String text = new String(tail, StandardCharsets.ISO_8859_1);
      int end = text.lastIndexOf("\r\n" + boundary);
      if (end < 0) {
        throw ApiException.invalid("Multipart upload without a closing boundary");
      }
      data.setLength(data.length() - length + end);
    }
  }
}
