package io.writeback.domo;

import io.writeback.metrics.TaskMetrics;
import io.writeback.standin.domo.DomoStandIn;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** Settings of an API client for a stand-in, made as a connector's are. */
final class ApiSettings {
  private final Map<String, String> config = new HashMap<>();
  private TaskMetrics metrics = TaskMetrics.none();

  ApiSettings(DomoStandIn domo) {
    config.put("domo.client.id", "client");
    config.put("domo.client.secret", "secret");
    config.put("domo.api.url", domo.endpoint().toString());
    config.put("domo.spool.dir", "unused");
  }

  ApiSettings with(String key, Object value) {
    config.put(key, value.toString());
    return this;
  }

  /** With the endpoints of the instance, which the stand-in has at the same address. */
  ApiSettings withDeveloperToken(String token) {
    return with("domo.instance.url", config.get("domo.api.url"))
        .with("domo.developer.token", token);
  }

  ApiSettings counting(TaskMetrics into) {
    metrics = into;
    return this;
  }

  HttpSettings http() {
    return new DomoSourceConfig(config).http();
  }

  HttpDomoApi api() {
    return api(InstantSource.system());
  }

  HttpDomoApi api(InstantSource clock) {
    return new HttpDomoApi(http(), metrics, clock);
  }
}
