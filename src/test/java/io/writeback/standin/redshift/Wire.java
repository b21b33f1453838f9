package io.writeback.standin.redshift;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;

/** Messages over one socket. Used by one thread. */
final class Wire implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 256 << 20;

  private final Socket socket;
  private final DataInputStream in;
  private DataOutputStream out;

  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 1 << 16));
  }

  Socket socket() {
    return socket;
  }

  Message read() throws IOException {
    char type = (char) in.readUnsignedByte();
    return new Message(type, body());
  }

  /** Reads a message without a type, as clients send before they are known. */
  Message readUntyped() throws IOException {
    return new Message('\0', body());
  }

  private byte[] body() throws IOException {
    int length = in.readInt() - 4;
    if (length < 0 || length > MAX_MESSAGE_BYTES) {
      throw new IOException("a message of " + length + " bytes is not the PostgreSQL protocol");
    }
    return in.readNBytes(length);
  }

  /** Whether a read would find bytes at once. */
  boolean ready() throws IOException {
    return in.available() > 0;
  }

  void send(Message message) throws IOException {
    if (message.type() != 0) {
      out.writeByte(message.type());
    }
    out.writeInt(message.body().length + 4);
    out.write(message.body());
  }

  void sendByte(char value) throws IOException {
    out.writeByte(value);
    out.flush();
  }

  void flush() throws IOException {
    out.flush();
  }

  /** From here on nothing reaches the other side, also what is still buffered. */
  void mute() {
    out = new DataOutputStream(OutputStream.nullOutputStream());
  }

  /** Closes with a reset, as a broken network or a killed process does. */
  void reset() {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      // The socket is gone already, which is what was asked for.
    }
    close();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to release.
    }
  }
}
