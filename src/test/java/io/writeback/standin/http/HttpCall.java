package io.writeback.standin.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One request and its answer. Used by one thread. */
public final class HttpCall {
  /** How the end of an answer's body is told. */
  public enum Framing {
    LENGTH,
    CHUNKED,
    /** By closing the connection, which a client cannot tell from a cut. */
    CLOSE
  }

  private final Socket socket;
  private final String method;
  private final String target;
  private final Map<String, List<String>> headers;
  private final InputStream body;
  private boolean answered;
  private boolean keepAlive;
  private OutputStream response;

  private HttpCall(
      Socket socket,
      String method,
      String target,
      Map<String, List<String>> headers,
      InputStream body,
      boolean keepAlive) {
    this.socket = socket;
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
    this.keepAlive = keepAlive;
  }

  /** Reads the next request, or null at the end of the connection. */
  static HttpCall read(Socket socket, BufferedInputStream in) throws IOException {
    String line = line(in);
    if (line == null || line.isEmpty()) {
      return null;
    }
    String[] parts = line.split(" ", 3);
    if (parts.length != 3) {
      throw new IOException("not a request line: " + line);
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      if (colon < 0) {
        throw new IOException("not a header: " + header);
      }
      headers
          .computeIfAbsent(header.substring(0, colon).trim(), k -> new ArrayList<>())
          .add(header.substring(colon + 1).trim());
    }
    if (first(headers, "Expect").map("100-continue"::equalsIgnoreCase).orElse(false)) {
      socket.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
    }
    boolean chunked =
        first(headers, "Transfer-Encoding")
            .map(v -> v.toLowerCase(Locale.ROOT).contains("chunked"))
            .orElse(false);
    InputStream body =
        chunked
            ? new ChunkedBody(in)
            : new LengthBody(in, first(headers, "Content-Length").map(Long::parseLong).orElse(0L));
    boolean keepAlive =
        !first(headers, "Connection").map("close"::equalsIgnoreCase).orElse(false)
            && parts[2].endsWith("1.1");
    return new HttpCall(socket, parts[0], parts[1], headers, body, keepAlive);
  }

  public String method() {
    return method;
  }

  /** Path and query as sent, still encoded. */
  public String target() {
    return target;
  }

  /** The path as sent, still encoded. */
  public String path() {
    int question = target.indexOf('?');
    return question < 0 ? target : target.substring(0, question);
  }

  /** The query as sent, still encoded; empty if there is none. */
  public String rawQuery() {
    int question = target.indexOf('?');
    return question < 0 ? "" : target.substring(question + 1);
  }

  /** Decoded query parameters; of a repeated one the last. */
  public Map<String, String> query() {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : rawQuery().split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        query.put(URLDecoder.decode(name, UTF_8), URLDecoder.decode(value, UTF_8));
      }
    }
    return query;
  }

  public Optional<String> header(String name) {
    return first(headers, name);
  }

  /** All headers; names compare without case. */
  public Map<String, List<String>> headers() {
    return headers;
  }

  /** The request body, decoded from its transfer encoding. */
  public InputStream body() {
    return body;
  }

  public String bodyText() throws IOException {
    return new String(body.readAllBytes(), UTF_8);
  }

  /** Answers with a whole body. */
  public void respond(int status, String contentType, String text) throws IOException {
    respond(status, Map.of("Content-Type", contentType), text.getBytes(UTF_8));
  }

  /** Answers with a whole body. A HEAD request and status 204 or 304 get headers only. */
  public void respond(int status, Map<String, String> responseHeaders, byte[] bytes)
      throws IOException {
    try (OutputStream out = stream(status, responseHeaders, Framing.LENGTH, bytes.length)) {
      if (!method.equals("HEAD") && status != 204 && status != 304) {
        out.write(bytes);
      }
    }
  }

  /**
   * Begins an answer whose body is written piece by piece; close the stream to end it.
   *
   * @param length announced length with {@link Framing#LENGTH}, ignored otherwise; fewer bytes
   *     written than announced end the connection, as a cut would
   */
  public OutputStream stream(
      int status, Map<String, String> responseHeaders, Framing framing, long length)
      throws IOException {
    if (answered) {
      throw new IllegalStateException("answered already");
    }
    answered = true;
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " " + reason(status) + "\r\n");
    responseHeaders.forEach((k, v) -> head.append(k).append(": ").append(v).append("\r\n"));
    switch (framing) {
      case LENGTH -> {
        if (status != 204) {
          head.append("Content-Length: ").append(length).append("\r\n");
        }
      }
      case CHUNKED -> head.append("Transfer-Encoding: chunked\r\n");
      case CLOSE -> {
        head.append("Connection: close\r\n");
        keepAlive = false;
      }
    }
    OutputStream out = socket.getOutputStream();
    out.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    response = new ResponseBody(out, framing, method.equals("HEAD") || status == 204 ? 0 : length);
    return response;
  }

  /** Ends the connection without an orderly goodbye: the client sees a reset. */
  public void reset() throws IOException {
    answered = true;
    keepAlive = false;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Ends the connection now: the client sees the end of the stream, in mid-body if one began. */
  public void cut() throws IOException {
    answered = true;
    keepAlive = false;
    socket.getOutputStream().flush();
    socket.close();
  }

  boolean answered() {
    return answered;
  }

  /** Cleans up after the handler; false ends the connection. */
  boolean finish() throws IOException {
    if (socket.isClosed()) {
      return false;
    }
    if (!answered) {
      respond(500, "text/plain", "the handler gave no answer");
    }
    socket.getOutputStream().flush();
    if (keepAlive && !(response instanceof ResponseBody b && b.isShort())) {
      body.transferTo(OutputStream.nullOutputStream());
      return true;
    }
    return false;
  }

  private static Optional<String> first(Map<String, List<String>> headers, String name) {
    List<String> values = headers.get(name);
    return values == null ? Optional.empty() : Optional.of(values.get(0));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (line.size() == 0) {
          return null;
        }
        throw new EOFException("connection ended in the head of a request");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(UTF_8);
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 204 -> "No Content";
      case 206 -> "Partial Content";
      case 304 -> "Not Modified";
      case 308 -> "Resume Incomplete";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 406 -> "Not Acceptable";
      case 409 -> "Conflict";
      case 412 -> "Precondition Failed";
      case 413 -> "Payload Too Large";
      case 429 -> "Too Many Requests";
      case 500 -> "Internal Server Error";
      case 501 -> "Not Implemented";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "Status";
    };
  }

  /** A body of announced length. */
  private static final class LengthBody extends InputStream {
    private final InputStream in;
    private long left;

    LengthBody(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int off, int len) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = in.read(buffer, off, (int) Math.min(len, left));
      if (n < 0) {
        throw new EOFException("request body ended " + left + " bytes early");
      }
      left -= n;
      return n;
    }
  }

  /** A chunked body. Trailers are read and dropped. */
  private static final class ChunkedBody extends InputStream {
    private final InputStream in;
    private long left;
    private boolean begun;
    private boolean ended;

    ChunkedBody(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int off, int len) throws IOException {
      if (ended) {
        return -1;
      }
      if (left == 0) {
        nextChunk();
        if (ended) {
          return -1;
        }
      }
      int n = in.read(buffer, off, (int) Math.min(len, left));
      if (n < 0) {
        throw new EOFException("request body ended in a chunk");
      }
      left -= n;
      return n;
    }

    private void nextChunk() throws IOException {
      String size = line(in);
      if (begun && size != null && size.isEmpty()) {
        size = line(in);
      }
      begun = true;
      if (size == null) {
        throw new EOFException("request body ended between chunks");
      }
      int semicolon = size.indexOf(';');
      left = Long.parseLong((semicolon < 0 ? size : size.substring(0, semicolon)).trim(), 16);
      if (left == 0) {
        ended = true;
        for (String trailer = line(in); trailer != null && !trailer.isEmpty(); ) {
          trailer = line(in);
        }
      }
    }
  }

  /** The body of an answer. */
  private static final class ResponseBody extends OutputStream {
    private final OutputStream out;
    private final Framing framing;
    private long left;
    private boolean closed;

    ResponseBody(OutputStream out, Framing framing, long length) {
      this.out = out;
      this.framing = framing;
      this.left = length;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int off, int len) throws IOException {
      if (len == 0) {
        return;
      }
      if (framing == Framing.LENGTH) {
        if (len > left) {
          throw new IOException("more bytes than announced");
        }
        left -= len;
      }
      if (framing == Framing.CHUNKED) {
        out.write((Integer.toHexString(len) + "\r\n").getBytes(ISO_8859_1));
        out.write(buffer, off, len);
        out.write("\r\n".getBytes(ISO_8859_1));
      } else {
        out.write(buffer, off, len);
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        if (framing == Framing.CHUNKED) {
          out.write("0\r\n\r\n".getBytes(ISO_8859_1));
        }
        out.flush();
      }
    }

    /** Whether the client still waits for bytes: only closing the connection tells it the truth. */
    boolean isShort() {
      return !closed || (framing == Framing.LENGTH && left > 0);
    }
  }
}
