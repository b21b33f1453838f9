package io.writeback.domo;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What the source tells the operator: its warnings and errors while this is open. */
final class CapturedLog extends AbstractAppender implements AutoCloseable {
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final Logger logger;

  private CapturedLog(Logger logger) {
    super("captured", null, null, true, Property.EMPTY_ARRAY);
    this.logger = logger;
  }

  static CapturedLog open() {
    Logger logger = (Logger) LogManager.getLogger("io.writeback.domo");
    CapturedLog log = new CapturedLog(logger);
    log.start();
    logger.addAppender(log);
    return log;
  }

  @Override
  public void append(LogEvent event) {
    if (event.getLevel().isMoreSpecificThan(Level.WARN)) {
      warnings.add(event.getMessage().getFormattedMessage());
    }
  }

  List<String> warnings() {
    return warnings;
  }

  boolean says(String words) {
    return warnings.stream().anyMatch(warning -> warning.contains(words));
  }

  @Override
  public void close() {
    logger.removeAppender(this);
    stop();
  }
}
