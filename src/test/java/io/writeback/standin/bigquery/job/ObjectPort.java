package io.writeback.standin.bigquery.job;

import java.nio.file.Path;
import java.util.List;

/** Objects that gs:// addresses name, for load jobs. */
public interface ObjectPort {
  /**
   * Local copies of the objects that one address matches, which may end in a star.
   *
   * @param reader location of the dataset that they are loaded into
   * @throws io.writeback.standin.bigquery.catalog.ApiException 404 if there is none
   */
  List<Path> find(String uri, String reader);
}
