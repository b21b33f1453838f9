package io.writeback.standin.bigquery.sql;

import io.writeback.standin.bigquery.catalog.ApiException;
import io.writeback.standin.bigquery.catalog.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Runs the statements of a script in order. Used by one thread. */
final class ScriptRunner {
  private final StatementRunner runner;
  private final BiConsumer<String, Outcome> finished;
  private Outcome last;
  private Outcome lastSelect;

  /** What ends a list of statements early. */
  private enum Flow {
    NEXT,
    CONTINUE,
    BREAK,
    RETURN
  }

  ScriptRunner(StatementRunner runner, BiConsumer<String, Outcome> finished) {
    this.runner = runner;
    this.finished = finished;
  }

  /** The outcome of the last SELECT, or of the last statement if there was none. */
  Outcome run(List<Script> script) {
    execute(script);
    if (runner.session().inTransaction()) {
      runner.session().rollback();
    }
    return lastSelect == null ? last : lastSelect;
  }

  private Flow execute(List<Script> statements) {
    List<String> declared = new ArrayList<>();
    try {
      for (Script statement : statements) {
        Flow flow = one(statement, declared);
        if (flow != Flow.NEXT) {
          return flow;
        }
      }
      return Flow.NEXT;
    } finally {
      declared.forEach(runner.scope()::forget);
    }
  }

  private Flow one(Script statement, List<String> declared) {
    if (statement instanceof Script.Plain plain) {
      last = runner.run(plain);
      if (last.result() != null) {
        lastSelect = last;
      }
      finished.accept(plain.text(), last);
    } else if (statement instanceof Script.Declare declare) {
      declare(declare, declared);
    } else if (statement instanceof Script.Assign assign) {
      assign(assign);
    } else if (statement instanceof Script.Boundary boundary) {
      boundary(boundary);
    } else if (statement instanceof Script.If branches) {
      for (Script.Branch branch : branches.branches()) {
        if (branch.condition() == null || runner.condition(branch.condition())) {
          return execute(branch.body());
        }
      }
    } else if (statement instanceof Script.Loop loop) {
      return loop(loop);
    } else if (statement instanceof Script.Block block) {
      return block(block);
    } else if (statement instanceof Script.Execute execute) {
      String sql = (String) runner.evaluate(execute.sql()).value();
      return execute(ScriptParser.parse(sql));
    } else if (statement instanceof Script.Jump jump) {
      return Flow.valueOf(jump.name());
    } else {
      check(statement);
    }
    return Flow.NEXT;
  }

  private void check(Script statement) {
    if (statement instanceof Script.Raise raise) {
      throw ApiException.invalidQuery(
          raise.message() == null
              ? runner.scope().errorMessage()
              : String.valueOf(runner.evaluate(raise.message()).value()));
    }
    if (statement instanceof Script.Assert assertion && !runner.condition(assertion.condition())) {
      throw ApiException.invalidQuery(assertion.message());
    }
  }

  private void declare(Script.Declare declare, List<String> declared) {
    Field type;
    Object value = null;
    if (declare.type() == null) {
      Scope.Value evaluated = runner.evaluate(declare.value());
      type = evaluated.type();
      value = evaluated.value();
    } else {
      type = TypeParser.parse(new TokenCursor("", declare.type()), "v");
      if (declare.value() != null) {
        value = runner.evaluate(declare.value(), type);
      }
    }
    for (String name : declare.names()) {
      runner.scope().declare(name, new Scope.Value(type, value));
      declared.add(name);
    }
  }

  private void assign(Script.Assign assign) {
    if (assign.names().size() == 1) {
      String name = assign.names().get(0);
      runner
          .scope()
          .assign(name, runner.evaluate(assign.value(), runner.scope().variableType(name)));
      return;
    }
    List<?> values = (List<?>) runner.evaluate(assign.value()).value();
    for (int i = 0; i < assign.names().size(); i++) {
      runner.scope().assign(assign.names().get(i), values.get(i));
    }
  }

  private void boundary(Script.Boundary boundary) {
    boolean open = runner.session().inTransaction();
    switch (boundary) {
      case BEGIN -> {
        if (open) {
          throw ApiException.invalidQuery("Transaction already in progress");
        }
        runner.session().begin();
      }
      case COMMIT -> {
        if (!open) {
          throw ApiException.invalidQuery("No active transaction to commit");
        }
        runner.session().commit();
      }
      case ROLLBACK -> {
        if (!open) {
          throw ApiException.invalidQuery("No active transaction to roll back");
        }
        runner.session().rollback();
      }
    }
  }

  private Flow loop(Script.Loop loop) {
    while (loop.condition() == null || runner.condition(loop.condition())) {
      Flow flow = execute(loop.body());
      if (flow == Flow.BREAK) {
        return Flow.NEXT;
      }
      if (flow == Flow.RETURN) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow block(Script.Block block) {
    if (block.handler() == null) {
      return execute(block.body());
    }
    try {
      return execute(block.body());
    } catch (ApiException e) {
      // An error inside a transaction leaves it open; the handler decides, as in the service.
      runner.scope().errorMessage(e.getMessage());
      return execute(block.handler());
    }
  }
}
