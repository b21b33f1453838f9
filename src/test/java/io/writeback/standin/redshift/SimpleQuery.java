package io.writeback.standin.redshift;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The simple query protocol: a text of one or more statements, which succeed or fail together. */
final class SimpleQuery implements Protocol {
  private final ClientPort client;
  private final BackendLink link;
  private final Executor executor;
  private final StatementPlanner planner;
  private String executing;
  private boolean failed;

  SimpleQuery(ClientPort client, BackendLink link, Executor executor, StatementPlanner planner) {
    this.client = client;
    this.link = link;
    this.executor = executor;
    this.planner = planner;
  }

  void handle(Message message) throws IOException {
    failed = false;
    try {
      List<String> texts = split(message.cursor().text());
      if (texts.isEmpty()) {
        client.send(Message.of('I'));
      }
      runAll(texts);
    } catch (SqlFailure failure) {
      client.fail(failure);
      link.abort(false);
      failed = true;
    }
    client.ready(link.status());
    executor.idle();
  }

  private void runAll(List<String> texts) throws IOException {
    boolean together = texts.size() > 1 && link.status() == 'I' && !controlsTransaction(texts);
    if (together) {
      link.query("BEGIN");
    }
    try {
      for (int i = 0; i < texts.size() && !failed; i++) {
        Plan plan = planner.plan(texts.get(i));
        executing = plan.sql();
        executor.execute(plan, this);
      }
    } catch (SqlFailure failure) {
      if (together) {
        link.query("ROLLBACK");
      }
      throw failure;
    }
    if (together && link.status() != 'I') {
      link.query(failed ? "ROLLBACK" : "COMMIT");
    }
  }

  private static boolean controlsTransaction(List<String> texts) {
    return texts.stream()
        .anyMatch(
            text ->
                text.matches("(?is)\\s*(begin|start|commit|end|rollback|abort|alter|vacuum)\\b.*"));
  }

  static List<String> split(String sql) {
    List<String> texts = new ArrayList<>();
    int start = 0;
    boolean any = false;
    for (Token token : Lexer.tokens(sql)) {
      if (token.symbol(";")) {
        if (any) {
          texts.add(sql.substring(start, token.start()));
        }
        start = token.end();
        any = false;
      } else {
        any = true;
      }
    }
    if (any) {
      texts.add(sql.substring(start));
    }
    return texts;
  }

  @Override
  public void execute(String tag) throws IOException {
    link.send(Message.text('Q', executing));
    link.flush();
    Message answer = link.read();
    while (answer.type() != 'Z') {
      failed |= answer.type() == 'E';
      client.relay(answer.type() == 'C' && tag != null ? Message.text('C', tag) : answer);
      answer = link.read();
    }
  }

  @Override
  public List<List<String>> inner(String sql) throws IOException {
    return link.query(sql);
  }

  @Override
  public void settle() {
    // A simple query is settled when it is answered.
  }
}
