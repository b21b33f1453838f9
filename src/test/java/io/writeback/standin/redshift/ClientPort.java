package io.writeback.standin.redshift;

import java.io.IOException;

/** Says to the client what PostgreSQL said, in the words of Redshift. */
final class ClientPort {
  private static final int JSONB = 3802;
  private static final int SUPER = 4000;

  private final Wire wire;
  private final ServerErrors errors;
  private final LongNames longNames;

  ClientPort(Wire wire, ServerErrors errors, LongNames longNames) {
    this.wire = wire;
    this.errors = errors;
    this.longNames = longNames;
  }

  Message read() throws IOException {
    return wire.read();
  }

  void send(Message message) throws IOException {
    wire.send(message);
  }

  void flush() throws IOException {
    wire.flush();
  }

  /** Nothing reaches the client any more. */
  void mute() {
    wire.mute();
  }

  /** Ends the connection without a word. */
  SessionEnded reset(String why) {
    wire.reset();
    return new SessionEnded(why);
  }

  /** Passes on an answer of PostgreSQL. */
  void relay(Message message) throws IOException {
    switch (message.type()) {
      case 'E' -> wire.send(errors.translate(message));
      case 'T' -> wire.send(rowDescription(message));
      case 'S' -> wire.send(parameterStatus(message));
      default -> wire.send(message);
    }
  }

  private static Message parameterStatus(Message message) {
    Message.Cursor cursor = message.cursor();
    boolean version = cursor.text().equals("server_version");
    return version
        ? new Message.Builder().text("server_version").text("8.0.2").build('S')
        : message;
  }

  private Message rowDescription(Message message) {
    Message.Cursor cursor = message.cursor();
    int columns = cursor.int16();
    Message.Builder out = new Message.Builder().int16(columns);
    for (int i = 0; i < columns; i++) {
      out.text(longNames.inRedshift(cursor.text())).bytes(cursor.bytes(6));
      int type = cursor.int32();
      out.int32(type == JSONB ? SUPER : type).bytes(cursor.bytes(8));
    }
    return out.build('T');
  }

  void fail(SqlFailure failure) throws IOException {
    wire.send(failure.toMessage("ERROR"));
  }

  void complete(String tag) throws IOException {
    wire.send(Message.text('C', tag));
  }

  void info(String text) throws IOException {
    wire.send(
        new Message.Builder()
            .character('S')
            .text("INFO")
            .character('C')
            .text("00000")
            .character('M')
            .text(text)
            .character('\0')
            .build('N'));
  }

  void ready(char status) throws IOException {
    wire.send(new Message.Builder().character(status).build('Z'));
    wire.flush();
  }
}
