package io.writeback.standin.bigquery.sql;

import java.util.List;

/** The statements of a script (documentation page "Procedural language"). */
sealed interface Script {
  /** A query, DML or DDL. */
  record Plain(String text, List<Token> tokens) implements Script {}

  record Declare(List<String> names, List<Token> type, List<Token> value) implements Script {}

  record Assign(List<String> names, List<Token> value) implements Script {}

  /** Of a transaction. */
  enum Boundary implements Script {
    BEGIN,
    COMMIT,
    ROLLBACK
  }

  /** Ends a loop's round, a loop, or the script. */
  enum Jump implements Script {
    CONTINUE,
    BREAK,
    RETURN
  }

  /** Conditions in order; an else has none. */
  record If(List<Branch> branches) implements Script {}

  record Branch(List<Token> condition, List<Script> body) {}

  /** LOOP has no condition. */
  record Loop(List<Token> condition, List<Script> body) implements Script {}

  /** BEGIN … [EXCEPTION WHEN ERROR THEN …] END; without a handler it is null. */
  record Block(List<Script> body, List<Script> handler) implements Script {}

  record Raise(List<Token> message) implements Script {}

  record Assert(List<Token> condition, String message) implements Script {}

  record Execute(List<Token> sql) implements Script {}
}
