package io.writeback.standin.redshift;

import java.io.EOFException;
import java.io.IOException;

/** One client that is logged in, and its connection to PostgreSQL. */
final class Session {
  private final Wire wire;
  private final ClientPort client;
  private final BackendLink link;
  private final Executor executor;
  private final SimpleQuery simple;
  private final ExtendedQuery extended;

  Session(Wire wire, BackendLink link, Cluster cluster, String user) {
    this.wire = wire;
    this.link = link;
    this.client = new ClientPort(wire, cluster.errors(), cluster.longNames());
    this.executor = new Executor(client, link, cluster, user);
    StatementPlanner planner =
        new StatementPlanner(
            cluster.longNames(), cluster.settings().caseSensitive(), cluster.rewrites());
    this.simple = new SimpleQuery(client, link, executor, planner);
    this.extended = new ExtendedQuery(client, link, executor, planner);
  }

  int pid() {
    return link.pid();
  }

  boolean cancel() {
    return executor.interruption().cancel();
  }

  void reset() {
    wire.reset();
  }

  /** Greets the client and serves it until one side ends the connection. */
  void run() throws IOException {
    link.query("SELECT setval('redshift.copy_count', 0), setval('redshift.copy_id', -1)");
    client.send(new Message.Builder().int32(0).build('R'));
    for (Message message : link.greeting()) {
      if (message.type() != 'R') {
        client.relay(message);
      }
    }
    client.ready('I');
    try {
      serve();
    } catch (EOFException | SessionEnded e) {
      // The client or PostgreSQL went away, or a fault made it so.
      client.flush();
    }
  }

  private void serve() throws IOException {
    while (true) {
      Message message = client.read();
      switch (message.type()) {
        case 'X' -> {
          return;
        }
        case 'Q' -> simple.handle(message);
        case 'S' -> extended.sync();
        default -> extended.handle(message);
      }
    }
  }

  /** Ends both connections; PostgreSQL rolls back what is not committed. */
  void close() {
    link.close();
    wire.close();
  }
}
