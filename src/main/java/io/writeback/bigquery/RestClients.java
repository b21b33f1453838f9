package io.writeback.bigquery;

import com.google.api.services.bigquery.Bigquery;
import com.google.api.services.storage.Storage;
import java.util.Optional;

/**
 * The clients of the REST APIs, which share credentials, proxy and time limits.
 *
 * @param storage Cloud Storage, if rows of load jobs go through a bucket
 */
record RestClients(Bigquery bigquery, Optional<Storage> storage) {}
