package io.writeback;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void isTheVersionOfTheBuildAndNoPlaceholder() {
    assertTrue(Version.current().matches("\\d+\\.\\d+\\.\\d+(-.+)?"), Version.current());
  }
}
