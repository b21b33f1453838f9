package io.writeback.redshift;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** How staged objects are compressed. */
enum Compression {
  /** Level 1, which is as small as gzip at its default level, and several times faster. */
  ZSTD(".csv.zst", " ZSTD") {
    @Override
    OutputStream compress(OutputStream out) throws IOException {
      return new ZstdOutputStreamNoFinalizer(out, 1).setChecksum(true);
    }
  },
  GZIP(".csv.gz", " GZIP") {
    @Override
    OutputStream compress(OutputStream out) throws IOException {
      return new GZIPOutputStream(out, 64 * 1024) {
        {
          def.setLevel(Deflater.BEST_SPEED);
        }
      };
    }
  },
  NONE(".csv", "") {
    @Override
    OutputStream compress(OutputStream out) {
      return out;
    }
  };

  private final String suffix;
  private final String copyOption;

  Compression(String suffix, String copyOption) {
    this.suffix = suffix;
    this.copyOption = copyOption;
  }

  static Compression of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** End of the object's key. */
  String suffix() {
    return suffix;
  }

  /** The word for COPY, with a space before it. */
  String copyOption() {
    return copyOption;
  }

  abstract OutputStream compress(OutputStream out) throws IOException;

  /** Compressing into memory fails only for want of memory. */
  OutputStream onHeap(OutputStream out) {
    try {
      return compress(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
