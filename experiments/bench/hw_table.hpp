// SPDX-License-Identifier: MIT
// A table that somebody with a real machine can hold against his own measurement: what the models
// of a profile give, in the rows and columns in which such things are published.  Whatever is
// printed here came out of a simulated measurement; nothing was fitted to anybody's table.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace poolrace::experiments {

struct HwColumn {
  std::string name, unit;
  const char* pattern = "%.1f";  // how a cell is printed
};

struct HwRow {
  std::string label;
  std::vector<std::optional<double>> cells;  // none: this machine has no such thing
};

struct HwTable {
  std::string title;
  std::string measured;   // what was simulated, one sentence
  std::string elsewhere;  // how to measure the same on a real machine
  std::string row_axis;
  std::vector<HwColumn> columns;
  std::vector<HwRow> rows;
};

// Title, sentences, then the cells, right under their columns' names; "—" where there is none.
std::string hw_table_text(const HwTable& table);
// {title, measured, elsewhere, row_axis, rows: [{row, column, value, unit}]}; null where there is none.
nlohmann::ordered_json hw_table_json(const HwTable& table);

}  // namespace poolrace::experiments
