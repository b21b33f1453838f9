package io.writeback.domo;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;

/**
 * One answered request. Its body is decompressed here and not by the client, because a complete
 * gzip stream is a proof of a complete download.
 */
final class HttpExchange implements DomoApi.Export {
  /** Far above any JSON answer that is asked for here; a page of 50 DataSets has about 20 KB. */
  private static final int TEXT_LIMIT = 16 << 20;

  private final String call;
  private final HttpUriRequestBase request;
  private final ClassicHttpResponse response;
  private final HttpDeadlines.Deadline deadline;
  private final DomoFaults faults;
  private final boolean gzip;
  private final InputStream body;
  private boolean ended;

  HttpExchange(
      String call,
      HttpUriRequestBase request,
      ClassicHttpResponse response,
      HttpDeadlines.Deadline deadline,
      DomoFaults faults)
      throws IOException {
    this.call = call;
    this.request = request;
    this.response = response;
    this.deadline = deadline;
    this.faults = faults;
    HttpEntity entity = response.getEntity();
    this.gzip = entity != null && "gzip".equalsIgnoreCase(entity.getContentEncoding());
    InputStream raw = entity == null ? InputStream.nullInputStream() : entity.getContent();
    this.body = new Body(gzip ? new GZIPInputStream(raw, 1 << 16) : raw);
  }

  int status() {
    return response.getCode();
  }

  /** A header's value, or null. */
  String header(String name) {
    Header header = response.getFirstHeader(name);
    return header == null ? null : header.getValue();
  }

  /** The whole body as text. */
  String text() throws IOException {
    byte[] bytes = body.readNBytes(TEXT_LIMIT);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public InputStream body() {
    return body;
  }

  @Override
  public boolean endIsProven() {
    HttpEntity entity = response.getEntity();
    return entity == null || gzip || entity.getContentLength() >= 0 || entity.isChunked();
  }

  /**
   * Frees the connection. Before the end of the body it is cut instead: reading the rest, as a
   * normal close does, could take as long as the download.
   */
  @Override
  public void close() throws IOException {
    deadline.end();
    if (ended) {
      response.close();
      return;
    }
    request.cancel();
    try {
      response.close();
    } catch (IOException ofTheCut) {
      // It looks for the end of the body, which is not wanted.
    }
  }

  private final class Body extends FilterInputStream {
    Body(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buf, int offset, int length) throws IOException {
      try {
        int n = in.read(buf, offset, length);
        ended |= n < 0;
        return n;
      } catch (IOException e) {
        throw faults.transport(call, e, deadline.passed());
      }
    }

    @Override
    public void close() {
      // HttpExchange.close decides how.
    }
  }
}
