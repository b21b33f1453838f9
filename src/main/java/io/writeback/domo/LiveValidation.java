package io.writeback.domo;

import io.writeback.domo.DomoException.Kind;
import io.writeback.domo.LiveCheck.LiveDataset;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs in and looks for the DataSets. Only definite answers are errors: an outage of Domo must not
 * stand in the way of changing a configuration. Runs within a bounded time, because a worker that
 * waits for it answers nobody else.
 */
final class LiveValidation {
  private static final Logger LOG = LoggerFactory.getLogger(LiveValidation.class);

  private final Limits limits;
  private final Function<HttpSettings, DomoApi> apis;
  private final List<LiveCheck> checks;

  /** Longest times in milliseconds: of one call, and of all of them. */
  record Limits(long callMs, long allMs) {}

  LiveValidation(Limits limits, Function<HttpSettings, DomoApi> apis, List<LiveCheck> checks) {
    this.limits = limits;
    this.apis = apis;
    this.checks = List.copyOf(checks);
  }

  /** Looks, and gives what is certainly wrong. */
  LiveFindings look(DomoSourceConfig settings) {
    LiveFindings findings = new LiveFindings();
    try (DomoApi api = apis.apply(settings.http().within(limits.callMs()))) {
      FutureTask<Void> looking = new FutureTask<>(() -> look(api, settings, findings), null);
      Thread thread = new Thread(looking, "domo-validation");
      thread.setDaemon(true);
      thread.setContextClassLoader(LiveValidation.class.getClassLoader());
      thread.start();
      try {
        looking.get(limits.allMs(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        LOG.warn("Validation stopped after {} ms; not everything was looked at", limits.allMs());
        thread.interrupt();
      } catch (ExecutionException e) {
        LOG.warn("Validation against Domo failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        thread.interrupt();
      }
    }
    return findings.settled();
  }

  private void look(DomoApi api, DomoSourceConfig settings, LiveFindings findings) {
    if (!asks(DomoConfigDef.CLIENT_ID, findings, api::identity)) {
      return;
    }
    for (String id : settings.namedDatasets().keySet()) {
      asks(DomoConfigDef.DATASETS, findings, () -> look(api, id, findings));
    }
    if (settings.selection().discovers()) {
      asks(DomoConfigDef.INCLUDE, findings, () -> api.list(DomoApi.Order.CREATED, 0));
    }
  }

  private void look(DomoApi api, String id, LiveFindings findings) {
    DatasetInfo info = api.dataset(id);
    if (info.deleted()) {
      findings.error(
          DomoConfigDef.DATASETS, "DataSet " + id + " is deleted in Domo: remove it here");
      return;
    }
    asks(DomoApiKeys.DEVELOPER_TOKEN, findings, () -> history(api, id));
    LiveDataset dataset = new LiveDataset(info, api.columns(info), api);
    checks.forEach(check -> check.look(dataset, findings::error));
  }

  /** Not every DataSet has a history, but the token must be good for asking. */
  private static void history(DomoApi api, String id) {
    if (api.marks().contains(DomoApi.Mark.UPLOAD)) {
      try {
        api.newest(DomoApi.Mark.UPLOAD, id);
      } catch (DomoException e) {
        if (e.kind() != Kind.NOT_FOUND) {
          throw e;
        }
      }
    }
  }

  /** Whether there was an answer, and no error. */
  private static boolean asks(String key, LiveFindings findings, Runnable call) {
    try {
      call.run();
      return true;
    } catch (DomoException e) {
      switch (e.kind()) {
        case CREDENTIALS -> findings.error(DomoConfigDef.CLIENT_SECRET, e.getMessage());
        case SCOPE -> findings.error(DomoApiKeys.SCOPES, e.getMessage());
        case FORBIDDEN, NOT_FOUND, REFUSED -> findings.error(key, e.getMessage());
        case TOKEN -> {
          if (key.equals(DomoApiKeys.DEVELOPER_TOKEN)) {
            findings.error(key, e.getMessage());
          }
        }
        case NETWORK, TIMEOUT, THROTTLED, SERVER ->
            LOG.warn("Domo could not be asked whether {} is right: {}", key, e.getMessage());
      }
      return false;
    }
  }
}
