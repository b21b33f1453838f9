package io.writeback.standin.bigquery.sql;

import java.util.ArrayList;
import java.util.List;

/** Splits a script into statements. */
final class ScriptParser {
  private final TokenCursor in;

  private ScriptParser(String sql) {
    this.in = new TokenCursor(sql, Lexer.tokens(sql));
  }

  static List<Script> parse(String sql) {
    ScriptParser parser = new ScriptParser(sql);
    List<Script> script = parser.statements();
    if (!parser.in.atEnd()) {
      throw parser.in.error("Unexpected " + parser.in.describe());
    }
    if (script.isEmpty()) {
      throw parser.in.error("Unexpected end of script");
    }
    return script;
  }

  private List<Script> statements(String... ends) {
    List<Script> list = new ArrayList<>();
    while (true) {
      while (in.take(";")) {}
      if (in.atEnd() || in.peek().isAny(ends)) {
        return list;
      }
      list.add(statement());
      if (!in.atEnd() && !in.sees(";")) {
        throw in.error("Expected \";\" but got " + in.describe());
      }
    }
  }

  private Script statement() {
    if (in.take("DECLARE")) {
      return declare();
    }
    if (in.take("SET")) {
      return assign();
    }
    if (in.take("BEGIN", "TRANSACTION")
        || (in.sees("BEGIN") && in.peek(1).is(";") && in.take("BEGIN"))) {
      return Script.Boundary.BEGIN;
    }
    if (in.take("COMMIT")) {
      in.take("TRANSACTION");
      return Script.Boundary.COMMIT;
    }
    if (in.take("ROLLBACK")) {
      in.take("TRANSACTION");
      return Script.Boundary.ROLLBACK;
    }
    if (in.take("BEGIN")) {
      return block();
    }
    if (in.sees("IF") && !in.peek(1).is(".")) {
      in.next();
      return conditional();
    }
    if (in.take("LOOP")) {
      List<Script> body = statements("END");
      in.expect("END", "LOOP");
      return new Script.Loop(null, body);
    }
    if (in.take("WHILE")) {
      List<Token> condition = in.until("DO");
      in.expect("DO");
      List<Script> body = statements("END");
      in.expect("END", "WHILE");
      return new Script.Loop(condition, body);
    }
    return simple();
  }

  private Script simple() {
    if (in.take("RAISE")) {
      List<Token> message = null;
      if (in.take("USING", "MESSAGE")) {
        in.expect("=");
        message = in.until(";");
      }
      return new Script.Raise(message);
    }
    if (in.take("ASSERT")) {
      List<Token> condition = in.until("AS", ";");
      String message = in.take("AS") ? in.next().text() : "Assertion failed";
      return new Script.Assert(condition, message);
    }
    if (in.take("EXECUTE", "IMMEDIATE")) {
      return new Script.Execute(in.until(";"));
    }
    if (in.take("RETURN")) {
      return Script.Jump.RETURN;
    }
    if (in.take("BREAK") || in.take("LEAVE")) {
      return Script.Jump.BREAK;
    }
    if (in.take("CONTINUE") || in.take("ITERATE")) {
      return Script.Jump.CONTINUE;
    }
    int start = in.peek().start();
    List<Token> tokens = in.until(";");
    int end = tokens.get(tokens.size() - 1).end();
    return new Script.Plain(in.sql().substring(start, end), tokens);
  }

  private Script declare() {
    List<String> names = new ArrayList<>();
    do {
      names.add(in.name());
    } while (in.take(","));
    List<Token> type = in.until("DEFAULT", ";");
    List<Token> value = in.take("DEFAULT") ? in.until(";") : null;
    return new Script.Declare(names, type.size() == 1 ? null : type, value);
  }

  private Script assign() {
    List<String> names = new ArrayList<>();
    if (in.take("(")) {
      do {
        names.add(in.name());
      } while (in.take(","));
      in.expect(")");
    } else {
      names.add(in.next().text());
    }
    in.expect("=");
    return new Script.Assign(names, in.until(";"));
  }

  private Script block() {
    List<Script> body = statements("EXCEPTION", "END");
    List<Script> handler = null;
    if (in.take("EXCEPTION", "WHEN", "ERROR", "THEN")) {
      handler = statements("END");
    }
    in.expect("END");
    return new Script.Block(body, handler);
  }

  private Script conditional() {
    List<Script.Branch> branches = new ArrayList<>();
    do {
      List<Token> condition = condition();
      in.expect("THEN");
      branches.add(new Script.Branch(condition, statements("ELSEIF", "ELSE", "END")));
    } while (in.take("ELSEIF"));
    if (in.take("ELSE")) {
      branches.add(new Script.Branch(null, statements("END")));
    }
    in.expect("END", "IF");
    return new Script.If(branches);
  }

  /** Up to THEN, but not the one of a CASE. */
  private List<Token> condition() {
    int from = in.position();
    int cases = 0;
    int depth = 0;
    while (!in.atEnd() && !(cases == 0 && depth == 0 && in.sees("THEN"))) {
      cases += in.sees("CASE") ? 1 : in.sees("END") ? -1 : 0;
      depth += in.sees("(") ? 1 : in.sees(")") ? -1 : 0;
      in.next();
    }
    return TokenCursor.slice(in.tokens(), from, in.position());
  }
}
