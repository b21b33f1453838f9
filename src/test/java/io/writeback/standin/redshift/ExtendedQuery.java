package io.writeback.standin.redshift;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The extended query protocol (PostgreSQL manual, "Message flow"), in lockstep with PostgreSQL:
 * each message of the client is answered before the next is passed on, so that the proxy can put
 * its own statements between them. After an error everything up to Sync is skipped.
 */
final class ExtendedQuery implements Protocol {
  private final ClientPort client;
  private final BackendLink link;
  private final Executor executor;
  private final StatementPlanner planner;
  private final Map<String, Plan> statements = new HashMap<>();
  private final Map<String, Plan> portals = new HashMap<>();
  private boolean skipping;
  private Message executing;

  ExtendedQuery(ClientPort client, BackendLink link, Executor executor, StatementPlanner planner) {
    this.client = client;
    this.link = link;
    this.executor = executor;
    this.planner = planner;
  }

  void handle(Message message) throws IOException {
    if (skipping) {
      return;
    }
    try {
      switch (message.type()) {
        case 'P' -> parse(message);
        case 'B' -> bind(message);
        case 'D' -> describe(message);
        case 'E' -> execute(message);
        case 'C' -> close(message);
        case 'H' -> client.flush();
        default -> throw new SessionEnded("message of type " + message.type());
      }
    } catch (SqlFailure failure) {
      client.fail(failure);
      link.abort(true);
      skipping = true;
    }
  }

  void sync() throws IOException {
    skipping = false;
    link.send(Message.of('S'));
    link.flush();
    Message message = link.read();
    while (message.type() != 'Z') {
      client.relay(message);
      message = link.read();
    }
    portals.clear();
    client.ready(link.status());
    executor.idle();
  }

  private void parse(Message message) throws IOException {
    Message.Cursor cursor = message.cursor();
    String name = cursor.text();
    Plan plan = planner.plan(cursor.text());
    if (plan.reachesDatabase()) {
      byte[] types = cursor.bytes(cursor.bytes().remaining());
      forward(new Message.Builder().text(name).text(plan.sql()).bytes(types).build('P'), "1");
    } else {
      client.send(Message.of('1'));
    }
    statements.put(name, plan);
  }

  private void bind(Message message) throws IOException {
    Message.Cursor cursor = message.cursor();
    String portal = cursor.text();
    String name = cursor.text();
    Plan plan = statements.get(name);
    if (plan == null) {
      throw new SqlFailure("26000", "prepared statement \"" + name + "\" does not exist");
    }
    portals.put(portal, plan);
    if (plan.reachesDatabase()) {
      forward(message, "2");
    } else {
      client.send(Message.of('2'));
    }
  }

  private void describe(Message message) throws IOException {
    Message.Cursor cursor = message.cursor();
    boolean statement = cursor.character() == 'S';
    Plan plan = (statement ? statements : portals).get(cursor.text());
    if (plan == null || plan.reachesDatabase()) {
      forward(message, "Tn");
      return;
    }
    if (statement) {
      client.send(new Message.Builder().int16(0).build('t'));
    }
    client.send(Message.of('n'));
  }

  private void execute(Message message) throws IOException {
    String portal = message.cursor().text();
    Plan plan = portals.get(portal);
    if (plan == null) {
      throw new SqlFailure("34000", "portal \"" + portal + "\" does not exist");
    }
    executing = message;
    executor.execute(plan, this);
  }

  private void close(Message message) throws IOException {
    Message.Cursor cursor = message.cursor();
    (cursor.character() == 'S' ? statements : portals).remove(cursor.text());
    forward(message, "3");
  }

  @Override
  public void execute(String tag) throws IOException {
    forward(executing, "CIs", tag);
  }

  @Override
  public List<List<String>> inner(String sql) throws IOException {
    return link.inner(sql);
  }

  @Override
  public void settle() throws IOException {
    link.send(Message.of('S'));
    link.flush();
    while (link.read().type() != 'Z') {
      // Whatever it says, the client is not to hear it.
    }
  }

  private void forward(Message message, String last) throws IOException {
    forward(message, last, null);
  }

  /** Sends a message and passes the answers on, up to one of these types or an error. */
  private void forward(Message message, String last, String tag) throws IOException {
    link.send(message);
    link.send(Message.of('H'));
    link.flush();
    while (true) {
      Message answer = link.read();
      if (answer.type() == 'E') {
        skipping = true;
      } else if (answer.type() == 'C' && tag != null) {
        answer = Message.text('C', tag);
      }
      client.relay(answer);
      if (skipping || last.indexOf(answer.type()) >= 0) {
        return;
      }
    }
  }
}
