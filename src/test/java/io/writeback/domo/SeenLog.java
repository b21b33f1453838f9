package io.writeback.domo;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;

/** What an operator reads in the log of a class, or of all classes of the source. */
final class SeenLog extends AbstractAppender implements AutoCloseable {
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger;

  SeenLog(Class<?> source) {
    this(source.getName());
  }

  private SeenLog(String source) {
    super("seen", null, null, true, Property.EMPTY_ARRAY);
    logger = (Logger) LogManager.getLogger(source);
    start();
    logger.addAppender(this);
  }

  static SeenLog ofTheSource() {
    return new SeenLog(SeenLog.class.getPackageName());
  }

  @Override
  public void append(LogEvent event) {
    lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
  }

  List<String> errors() {
    return lines.stream().filter(line -> line.startsWith(Level.ERROR.name())).toList();
  }

  /** What calls for somebody: warnings and errors. */
  List<String> warnings() {
    return lines.stream()
        .filter(line -> line.startsWith("WARN") || line.startsWith("ERROR"))
        .toList();
  }

  boolean warns(String words) {
    return warnings().stream().anyMatch(warning -> warning.contains(words));
  }

  @Override
  public void close() {
    logger.removeAppender(this);
    stop();
  }
}
