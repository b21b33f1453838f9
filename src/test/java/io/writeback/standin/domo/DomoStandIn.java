package io.writeback.standin.domo;

import io.writeback.standin.FaultPlan;
import io.writeback.standin.StandIn;
import io.writeback.standin.domo.rows.RowSource;
import io.writeback.standin.http.HttpStandInServer;
import java.net.URI;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Domo's HTTP API on a loopback port: api.domo.com and an instance at the same address. Holds any
 * number of DataSets, streams their rows, and does what the API has been seen to do when armed.
 */
public final class DomoStandIn implements StandIn {
  private final VirtualClock clock = new VirtualClock();
  private final FaultPlan<DomoRequest, DomoFault> faults = new FaultPlan<>();
  private final RequestLog log = new RequestLog();
  private final FaultyBody.Stalls stalls = new FaultyBody.Stalls();
  private final DataSets dataSets = new DataSets(clock);
  private final AccessTokens tokens;
  private final HttpStandInServer server;

  private DomoStandIn(Settings settings) {
    this.tokens = new AccessTokens(settings, clock);
    Dispatcher dispatcher =
        new Dispatcher(new Service(settings, clock, tokens, dataSets), faults, log, stalls);
    this.server = HttpStandInServer.start("domo", settings.port(), dispatcher::handle);
  }

  /** The stand-in as a program; {@code --help} lists its options. */
  public static void main(String[] args) {
    DomoCommand.start(args);
  }

  /** Starts without any DataSet. */
  public static DomoStandIn start(Settings settings) {
    return new DomoStandIn(settings);
  }

  @Override
  public URI endpoint() {
    return server.endpoint();
  }

  /** Creates a DataSet; its rows are its first version. */
  public DomoDataSet add(DataSetSpec spec) {
    return dataSets.create(spec);
  }

  /** A DataSet, deleted ones included. */
  public DomoDataSet dataSet(String id) {
    return dataSets.find(id).orElseThrow(() -> new NoSuchElementException("no DataSet " + id));
  }

  /** DataSets that are not deleted, in the order of their creation. */
  public List<DomoDataSet> dataSets() {
    return dataSets.existing();
  }

  /** Uploads a version of a DataSet. */
  public DataVersion publish(String dataSetId, RowSource rows, Action action) {
    return dataSet(dataSetId).publish(rows, action);
  }

  public void delete(String dataSetId) {
    dataSet(dataSetId).delete();
  }

  /** Faults to inject, chosen by request. */
  public FaultPlan<DomoRequest, DomoFault> faults() {
    return faults;
  }

  public RequestLog log() {
    return log;
  }

  public VirtualClock clock() {
    return clock;
  }

  /** Lets every access token expire now. */
  public void expireTokens() {
    tokens.expireAll();
  }

  /** Lets bodies that have begun go on: their stalls and drips end, also those not yet reached. */
  public void releaseStalls() {
    stalls.release();
  }

  /** Ends every open connection, as a crash of the service would. */
  public void dropConnections() {
    server.dropConnections();
  }

  @Override
  public void close() {
    stalls.close();
    server.close();
  }
}
