package io.writeback.standin.ssh;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All tunnels, and what may happen to them. Safe for many threads. */
final class Tunnels implements AutoCloseable {
  private final Set<Destination> allowed = ConcurrentHashMap.newKeySet();
  private final Set<Tunnel> open = new HashSet<>();
  private final Map<Destination, Destination> names = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "ssh-tunnel");
            thread.setDaemon(true);
            return thread;
          });
  private boolean stalled;
  private long bytesLeft = Long.MAX_VALUE;
  private long forwarded;
  private long opened;

  void allow(Destination destination) {
    allow(destination, destination);
  }

  /** Lets tunnels end there under a name that this machine alone knows. */
  void allow(Destination name, Destination real) {
    names.put(name, real);
    allowed.add(name);
  }

  boolean allows(Destination destination) {
    return allowed.contains(destination);
  }

  /** Opens a tunnel and returns the loopback port of its relay. */
  int open(Destination destination) throws IOException {
    Tunnel tunnel = new Tunnel(this, names.getOrDefault(destination, destination));
    synchronized (this) {
      open.add(tunnel);
      opened++;
    }
    execute(tunnel::run);
    return tunnel.relayPort();
  }

  /** Whether a tunnel of ours listens there, so that nobody is let in elsewhere. */
  synchronized boolean isRelay(Destination destination) {
    return open.stream().anyMatch(tunnel -> tunnel.relayPort() == destination.port());
  }

  void execute(Runnable task) {
    threads.execute(task);
  }

  /** Waits while forwarding is stalled; false if the tunnel must end before these bytes. */
  synchronized boolean pass(Tunnel tunnel, int bytes) throws IOException {
    while (stalled && !tunnel.isClosed()) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("the stand-in closes", e);
      }
    }
    if (bytesLeft < bytes) {
      bytesLeft = Long.MAX_VALUE;
      return false;
    }
    if (bytesLeft != Long.MAX_VALUE) {
      bytesLeft -= bytes;
    }
    forwarded += bytes;
    return !tunnel.isClosed();
  }

  synchronized void ended(Tunnel tunnel) {
    open.remove(tunnel);
    notifyAll();
  }

  synchronized void stall(boolean on) {
    stalled = on;
    notifyAll();
  }

  synchronized void closeAfter(long bytes) {
    bytesLeft = bytes;
  }

  void drop() {
    List<Tunnel> all;
    synchronized (this) {
      all = List.copyOf(open);
    }
    all.forEach(Tunnel::close);
  }

  synchronized int count() {
    return open.size();
  }

  synchronized long opened() {
    return opened;
  }

  synchronized long forwardedBytes() {
    return forwarded;
  }

  @Override
  public void close() {
    drop();
    threads.shutdownNow();
  }
}
