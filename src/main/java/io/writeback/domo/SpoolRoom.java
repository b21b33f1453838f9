package io.writeback.domo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the disk of the spool directory has room for the DataSets. */
final class SpoolRoom implements LiveCheck {

  private static final Logger LOG = LoggerFactory.getLogger(SpoolRoom.class);

  private final Path directory;

  SpoolRoom(Path directory) {
    this.directory = directory;
  }

  /** What is certainly too little. */
  Optional<String> problem() {
    OptionalLong free = freeBytes();
    return free.isPresent() && free.getAsLong() < QuotaStream.RESERVE_BYTES
        ? Optional.of(
            String.format(
                "the disk of %s has %d bytes left, and downloads leave %d free: make room",
                directory, free.getAsLong(), QuotaStream.RESERVE_BYTES))
        : Optional.empty();
  }

  /** How well a DataSet compresses is not known before, so this only warns. */
  @Override
  public void look(LiveDataset dataset, BiConsumer<String, String> error) {
    OptionalLong bytes = bytes(dataset);
    OptionalLong free = freeBytes();
    if (bytes.isPresent() && free.isPresent() && bytes.getAsLong() > free.getAsLong()) {
      LOG.warn(
          "The last upload of DataSet {} has {} bytes and the disk of {} {} left: its spool may not"
              + " fit, though it is compressed",
          dataset.info().id(),
          bytes.getAsLong(),
          directory,
          free.getAsLong());
    }
  }

  private static OptionalLong bytes(LiveDataset dataset) {
    try {
      return dataset.api().bytes(dataset.info().id());
    } catch (DomoException e) {
      LOG.debug("The size of DataSet {} is not known: {}", dataset.info().id(), e.getMessage());
      return OptionalLong.empty();
    }
  }

  private OptionalLong freeBytes() {
    Path there = directory.toAbsolutePath();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      return there == null
          ? OptionalLong.empty()
          : OptionalLong.of(Files.getFileStore(there).getUsableSpace());
    } catch (IOException e) {
      LOG.debug("Free space of {} is not known: {}", there, e.toString());
      return OptionalLong.empty();
    }
  }
}
