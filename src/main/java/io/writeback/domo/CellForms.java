package io.writeback.domo;

/** How cells are read where Domo leaves it open. */
record CellForms(Decimals decimals, NullCells nulls) {}
