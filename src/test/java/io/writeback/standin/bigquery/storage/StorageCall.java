package io.writeback.standin.bigquery.storage;

import java.util.OptionalLong;

/**
 * A call as a fault sees it.
 *
 * @param method such as {@code AppendRows} or {@code FinalizeWriteStream}
 * @param resource stream or table named in the request
 * @param offset of an append, if it has one
 * @param rows of an append, 0 otherwise
 */
public record StorageCall(String method, String resource, OptionalLong offset, int rows) {
  static StorageCall of(String method, String resource) {
    return new StorageCall(method, resource, OptionalLong.empty(), 0);
  }

  public boolean is(String otherMethod) {
    return method.equals(otherMethod);
  }
}
