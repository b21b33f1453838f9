package io.writeback.domo;

import io.writeback.domo.SourcePosition.Cursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A DataSet as it is read by its cursor: what Domo says of it and what is wanted of it.
 *
 * @param token of the version that was described
 * @param config fingerprint of the settings
 * @param columns fingerprint of the wanted columns
 * @param read indices of the columns to read: the wanted ones and those that order them
 */
record CursorSource(
    String id,
    String name,
    String token,
    String topic,
    String config,
    RowSelection selection,
    RecordShape shape,
    CursorColumns cursor,
    String columns,
    List<Integer> read) {

  static CursorSource of(
      DatasetInfo info,
      String token,
      List<DomoColumn> all,
      List<String> cursorNames,
      DatasetSettings settings) {
    String topic = settings.topic(info.id(), info.name());
    RowSelection selection = settings.selection(info.id(), all);
    CursorColumns cursor = CursorColumns.of(all, cursorNames);
    Set<Integer> read = new LinkedHashSet<>();
    for (int i = 0; i < all.size(); i++) {
      if (selection.place(i) >= 0) {
        read.add(i);
      }
    }
    for (int index : cursor.indices()) {
      read.add(index);
    }
    return new CursorSource(
        info.id(),
        info.name(),
        token,
        topic,
        settings.cursorFingerprint(info.id(), topic),
        selection,
        settings.shape(info.id(), selection),
        cursor,
        DomoColumn.fingerprint(selection.columns()),
        new ArrayList<>(read));
  }

  CursorQuery query() {
    return new CursorQuery(
        read.stream().map(selection.all()::get).toList(), cursor, selection.filter());
  }

  /** The same with nothing to read but the place of a row. */
  CursorSource placeOnly() {
    return new CursorSource(
        id,
        name,
        token,
        topic,
        config,
        selection,
        shape,
        cursor,
        columns,
        Arrays.stream(cursor.indices()).boxed().toList());
  }

  Cursor stored(CursorColumns.Point point) {
    return cursor.stored(point, columns);
  }
}
