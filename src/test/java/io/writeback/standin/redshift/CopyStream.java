package io.writeback.standin.redshift;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows on their way into PostgreSQL, in the text format of its COPY. */
final class CopyStream {
  private static final int CHUNK_BYTES = 1 << 16;

  private final BackendLink link;
  private final ByteArrayOutputStream chunk = new ByteArrayOutputStream(CHUNK_BYTES * 2);

  CopyStream(BackendLink link) {
    this.link = link;
  }

  /** Begins; what the statement of PostgreSQL refuses is an error here. */
  void begin(String sql) throws IOException {
    link.send(Message.text('Q', sql));
    link.flush();
    Message message = link.read();
    SqlFailure failure = null;
    while (message.type() != 'G' && message.type() != 'Z') {
      failure = message.type() == 'E' ? link.errors().failure(message) : failure;
      message = link.read();
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Adds a row; true if a chunk went out. */
  boolean add(List<String> values) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      line.append(i == 0 ? "" : "\t");
      append(line, values.get(i));
    }
    chunk.writeBytes(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    if (chunk.size() < CHUNK_BYTES) {
      return false;
    }
    push();
    return true;
  }

  private static void append(StringBuilder line, String value) {
    if (value == null) {
      line.append("\\N");
      return;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> line.append("\\\\");
        case '\t' -> line.append("\\t");
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        default -> line.append(c);
      }
    }
  }

  /** Sends what is buffered. */
  void push() throws IOException {
    if (chunk.size() > 0) {
      link.send(new Message('d', chunk.toByteArray()));
      chunk.reset();
    }
    link.flush();
  }

  /** Ends; throws what PostgreSQL has against the rows. */
  void end() throws IOException {
    push();
    link.send(Message.of('c'));
    SqlFailure failure = drain();
    if (failure != null) {
      throw failure;
    }
  }

  /** Gives up; the transaction is aborted. */
  void abandon() throws IOException {
    link.send(Message.text('f', "given up"));
    drain();
  }

  private SqlFailure drain() throws IOException {
    link.flush();
    SqlFailure failure = null;
    Message message = link.read();
    while (message.type() != 'Z') {
      failure = message.type() == 'E' ? link.errors().failure(message) : failure;
      message = link.read();
    }
    return failure;
  }
}
