package io.writeback.standin.bigquery.storage;

import com.google.rpc.Code;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.writeback.standin.bigquery.catalog.TableId;
import java.util.Optional;

/**
 * Who may do what with which table. Credentials are checked when a call begins, permissions with
 * every request. A table that does not exist is answered with the same PERMISSION_DENIED as one
 * that may not be touched.
 */
final class StorageAccess implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Context.Key<String> PRINCIPAL = Context.key("principal");

  private final StorageTables tables;

  StorageAccess(StorageTables tables) {
    this.tables = tables;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Optional<String> principal = tables.principal(headers.get(AUTHORIZATION));
    if (principal.isEmpty()) {
      call.close(
          Status.UNAUTHENTICATED.withDescription(
              "Request had invalid authentication credentials. Expected OAuth 2 access token, login"
                  + " cookie or other valid authentication credential."),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    return Contexts.interceptCall(
        Context.current().withValue(PRINCIPAL, principal.get()), call, headers, next);
  }

  StorageTables.StorageTable writable(TableId id) {
    return require(id, "TABLES_UPDATE_DATA", "bigquery.tables.updateData");
  }

  StorageTables.StorageTable readable(TableId id) {
    return require(id, "TABLES_GET_DATA", "bigquery.tables.getData");
  }

  /**
   * Throws unless the caller has a permission on the project.
   *
   * @param project in the form {@code projects/P}
   */
  void requireOnProject(String project, String permission) {
    if (!tables.isAllowed(PRINCIPAL.get(), permission)) {
      throw StorageErrors.plain(
          Code.PERMISSION_DENIED,
          "request failed: the user does not have '"
              + permission
              + "' permission for '"
              + project
              + "'");
    }
  }

  private StorageTables.StorageTable require(TableId id, String shown, String permission) {
    if (!tables.isAllowed(PRINCIPAL.get(), permission)) {
      throw denied(shown, id);
    }
    return tables.find(id).orElseThrow(() -> denied(shown, id));
  }

  private static StorageErrors.Failure denied(String permission, TableId id) {
    return StorageErrors.denied(
        permission,
        "projects/" + id.project() + "/datasets/" + id.dataset() + "/tables/" + id.table());
  }
}
