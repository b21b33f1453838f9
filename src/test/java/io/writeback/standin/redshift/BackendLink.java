package io.writeback.standin.redshift;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The connection of one session to PostgreSQL. Besides the client's messages it carries statements
 * of the proxy itself, in the same transaction. Used by one thread.
 */
final class BackendLink implements AutoCloseable {
  private static final String INNER = "writeback_inner";

  private final Wire wire;
  private final ServerErrors errors;
  private final List<Message> greeting = new ArrayList<>();
  private int pid;
  private char status = 'I';
  private boolean skipping;
  private boolean leftBehind;

  private BackendLink(Wire wire, ServerErrors errors) {
    this.wire = wire;
    this.errors = errors;
  }

  /** Logs in; the greeting is what PostgreSQL said. */
  static BackendLink connect(int port, Map<String, String> parameters, ServerErrors errors)
      throws IOException {
    Wire wire = new Wire(new Socket(InetAddress.getLoopbackAddress(), port));
    BackendLink link = new BackendLink(wire, errors);
    try {
      link.logIn(parameters);
      return link;
    } catch (IOException | RuntimeException e) {
      wire.close();
      throw e;
    }
  }

  private void logIn(Map<String, String> parameters) throws IOException {
    Message.Builder startup = new Message.Builder().int32(3 << 16);
    parameters.forEach((name, value) -> startup.text(name).text(value));
    wire.send(startup.character('\0').build('\0'));
    wire.flush();
    while (true) {
      Message message = read();
      switch (message.type()) {
        case 'E' -> throw errors.failure(message);
        case 'Z' -> {
          return;
        }
        case 'K' -> pid = message.cursor().int32();
        default -> {}
      }
      greeting.add(message);
    }
  }

  List<Message> greeting() {
    return greeting;
  }

  int pid() {
    return pid;
  }

  /** I: idle, T: in a transaction block, E: in a failed one. */
  char status() {
    return status;
  }

  ServerErrors errors() {
    return errors;
  }

  void send(Message message) throws IOException {
    wire.send(message);
  }

  void flush() throws IOException {
    wire.flush();
  }

  /** Whether PostgreSQL has said something, which between statements means that it goes away. */
  boolean hasSomethingToSay() throws IOException {
    return wire.ready();
  }

  /** Reads the next message and follows the state of the transaction. */
  Message read() throws IOException {
    Message message = wire.read();
    switch (message.type()) {
      case 'Z' -> {
        status = message.cursor().character();
        skipping = false;
      }
      case 'E' -> {
        status = status == 'T' ? 'E' : status;
        skipping = true;
      }
      case 'C' -> {
        String tag = message.cursor().text();
        if (tag.equals("BEGIN") || tag.equals("START TRANSACTION")) {
          status = 'T';
        } else if (tag.equals("COMMIT") || tag.equals("ROLLBACK")) {
          status = 'I';
        }
      }
      default -> {}
    }
    return message;
  }

  /** Runs a statement of the proxy by the simple protocol. */
  List<List<String>> query(String sql) throws IOException {
    send(Message.text('Q', sql));
    flush();
    return results('Z');
  }

  /** Runs a statement of the proxy between the client's messages of the extended protocol. */
  List<List<String>> inner(String sql) throws IOException {
    forgetLeftBehind();
    leftBehind = true;
    send(new Message.Builder().text(INNER).text(sql).int16(0).build('P'));
    send(new Message.Builder().text(INNER).text(INNER).int16(0).int16(0).int16(0).build('B'));
    send(new Message.Builder().text(INNER).int32(0).build('E'));
    send(new Message.Builder().character('P').text(INNER).build('C'));
    send(new Message.Builder().character('S').text(INNER).build('C'));
    send(Message.of('H'));
    flush();
    List<List<String>> rows = results('3');
    while (read().type() != '3') {
      // The portal is closed, the statement not yet; notices may come between.
    }
    leftBehind = false;
    return rows;
  }

  /** After an error PostgreSQL skips the end of the statement, which outlives the transaction. */
  private void forgetLeftBehind() throws IOException {
    if (leftBehind) {
      send(new Message.Builder().character('S').text(INNER).build('C'));
      send(Message.of('H'));
      flush();
      results('3');
      leftBehind = false;
    }
  }

  private List<List<String>> results(char last) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    SqlFailure failure = null;
    while (true) {
      Message message = read();
      if (message.type() == 'E') {
        failure = errors.failure(message);
        if (last != 'Z') {
          throw failure;
        }
      } else if (message.type() == 'D') {
        rows.add(row(message.cursor()));
      } else if (message.type() == last) {
        if (failure != null) {
          throw failure;
        }
        return rows;
      }
    }
  }

  private static List<String> row(Message.Cursor cursor) {
    List<String> row = new ArrayList<>();
    int columns = cursor.int16();
    for (int i = 0; i < columns; i++) {
      int length = cursor.int32();
      row.add(length < 0 ? null : new String(cursor.bytes(length), StandardCharsets.UTF_8));
    }
    return row;
  }

  /**
   * Fails the transaction, as an error found by the proxy must, unless PostgreSQL knows already.
   */
  void abort(boolean extended) throws IOException {
    if (skipping) {
      return;
    }
    try {
      if (extended) {
        inner("error found by the proxy");
      } else {
        query("error found by the proxy");
      }
    } catch (SqlFailure e) {
      // That was the purpose.
    }
  }

  @Override
  public void close() {
    wire.close();
  }
}
