package io.writeback.standin.redshift;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One message of the PostgreSQL wire protocol, version 3 (PostgreSQL 14 manual, chapter 53). The
 * first messages of a connection have no type; theirs is zero.
 */
final class Message {
  private final char type;
  private final byte[] body;

  Message(char type, byte[] body) {
    this.type = type;
    this.body = body;
  }

  char type() {
    return type;
  }

  byte[] body() {
    return body;
  }

  static Message of(char type) {
    return new Message(type, new byte[0]);
  }

  static Message text(char type, String text) {
    return new Builder().text(text).build(type);
  }

  Cursor cursor() {
    return new Cursor(ByteBuffer.wrap(body));
  }

  /** Reads the fields of a body in order. */
  record Cursor(ByteBuffer bytes) {
    boolean hasMore() {
      return bytes.hasRemaining();
    }

    int int32() {
      return bytes.getInt();
    }

    int int16() {
      return bytes.getShort();
    }

    char character() {
      return (char) (bytes.get() & 0xff);
    }

    String text() {
      int start = bytes.position();
      int end = start;
      while (bytes.get(end) != 0) {
        end++;
      }
      byte[] raw = new byte[end - start];
      bytes.get(raw);
      bytes.get();
      return new String(raw, StandardCharsets.UTF_8);
    }

    byte[] bytes(int length) {
      byte[] raw = new byte[length];
      bytes.get(raw);
      return raw;
    }
  }

  /** Writes the fields of a body in order. */
  static final class Builder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Builder int32(int value) {
      out.write(value >>> 24);
      out.write(value >>> 16);
      out.write(value >>> 8);
      out.write(value);
      return this;
    }

    Builder int16(int value) {
      out.write(value >>> 8);
      out.write(value);
      return this;
    }

    Builder character(char value) {
      out.write(value);
      return this;
    }

    Builder text(String value) {
      return bytes(value.getBytes(StandardCharsets.UTF_8)).character('\0');
    }

    Builder bytes(byte[] value) {
      out.write(value, 0, value.length);
      return this;
    }

    Message build(char type) {
      return new Message(type, out.toByteArray());
    }
  }
}
