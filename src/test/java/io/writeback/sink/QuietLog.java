package io.writeback.sink;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Silences the engine in tests that let it fail thousands of times. */
final class QuietLog implements BeforeAllCallback, AfterAllCallback {
  private static final String ENGINE = "io.writeback.sink";

  @Override
  public void beforeAll(ExtensionContext context) {
    Configurator.setLevel(ENGINE, Level.OFF);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Configurator.setLevel(ENGINE, Level.INFO);
  }
}
