package io.writeback.standin.domo;

import com.fasterxml.jackson.databind.JsonNode;
import io.writeback.standin.http.HttpCall;
import io.writeback.standin.http.HttpCall.Framing;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** One request, the fault armed for it, and how its answer gets out. Used by one thread. */
final class Exchange {
  private static final int GZIP_BUFFER = 1 << 15;

  /** Writes a body. */
  @FunctionalInterface
  interface Body {
    /**
     * @param measuring whether this pass only finds out the length, so must have no effect
     */
    void writeTo(OutputStream out, boolean measuring) throws IOException;
  }

  private final HttpCall call;
  private final DomoRequest request;
  private final DomoFault fault;
  private final FaultyBody.Stalls stalls;

  Exchange(HttpCall call, DomoRequest request, DomoFault fault, FaultyBody.Stalls stalls) {
    this.call = call;
    this.request = request;
    this.fault = fault;
    this.stalls = stalls;
  }

  DomoRequest request() {
    return request;
  }

  /** The fault armed for this request, if it is of a kind. */
  <F extends DomoFault> Optional<F> fault(Class<F> kind) {
    return kind.isInstance(fault) ? Optional.of(kind.cast(fault)) : Optional.empty();
  }

  Optional<DomoFault> fault() {
    return Optional.ofNullable(fault);
  }

  String header(String name) {
    return call.header(name).orElse("");
  }

  String parameter(String name, String otherwise) {
    return request.query().getOrDefault(name, otherwise);
  }

  boolean flag(String name, boolean otherwise) {
    return Boolean.parseBoolean(parameter(name, Boolean.toString(otherwise)));
  }

  /** A number of the query. */
  long number(String name, long otherwise) throws DomoError {
    String text = parameter(name, Long.toString(otherwise));
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below like a negative one.
    }
    throw new DomoError(400, name + " must be a whole number from 0, not " + text);
  }

  /** Whether the client takes a media type such as {@code text/csv}. */
  boolean accepts(String type) {
    String accept = header("Accept");
    return accept.isEmpty()
        || accept.contains("*/*")
        || accept.contains(type)
        || accept.contains(type.substring(0, type.indexOf('/')) + "/*");
  }

  void json(JsonNode tree) throws IOException {
    answer(200, Map.of("Content-Type", "application/json;charset=UTF-8"), tree.toString());
  }

  /** A short answer of known length. */
  void answer(int status, Map<String, String> headers, String text) throws IOException {
    byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (OutputStream out =
        FaultyBody.over(
            call, call.stream(status, headers, Framing.LENGTH, bytes.length), fault, stalls)) {
      out.write(bytes);
    }
  }

  void reset() throws IOException {
    call.reset();
  }

  /** A long answer. With {@link Framing#LENGTH} the body is made twice, once to count its bytes. */
  void stream(String contentType, Map<String, String> more, CsvDialect dialect, Body body)
      throws IOException {
    boolean gzip = dialect.gzip() && header("Accept-Encoding").contains("gzip");
    Map<String, String> headers = new HashMap<>(more);
    headers.put("Content-Type", contentType);
    if (gzip) {
      headers.put("Content-Encoding", "gzip");
    }
    long length = dialect.framing() == Framing.LENGTH ? measure(body, gzip) : -1;
    OutputStream out =
        FaultyBody.over(call, call.stream(200, headers, dialect.framing(), length), fault, stalls);
    // Not in a try block: closing after a failure would end a broken body with a valid framing.
    encode(body, out, gzip, false);
    out.close();
  }

  private static long measure(Body body, boolean gzip) throws IOException {
    CountingSink sink = new CountingSink();
    encode(body, sink, gzip, true);
    return sink.count;
  }

  private static void encode(Body body, OutputStream out, boolean gzip, boolean measuring)
      throws IOException {
    if (!gzip) {
      body.writeTo(out, measuring);
      return;
    }
    GZIPOutputStream zipped = new GZIPOutputStream(out, GZIP_BUFFER);
    body.writeTo(zipped, measuring);
    zipped.finish();
  }

  private static final class CountingSink extends OutputStream {
    private long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int off, int len) {
      count += len;
    }
  }
}
