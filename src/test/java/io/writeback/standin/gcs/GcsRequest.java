package io.writeback.standin.gcs;

/**
 * What a fault can be armed for.
 *
 * @param operation such as {@code objects.insert}, {@code upload.start}, {@code upload.chunk},
 *     {@code objects.delete}, {@code objects.list} or {@code buckets.get}
 * @param object name of the object, empty if the path names none
 */
public record GcsRequest(String operation, String object) {
  public boolean is(String other) {
    return operation.equals(other);
  }
}
