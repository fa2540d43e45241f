// SPDX-License-Identifier: MIT
// A study as a table: one row a point, with what was varied and what came of it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiments/sweep/sweep.hpp"

namespace poolrace::experiments {

struct Cell {
  std::string column;
  nlohmann::ordered_json value;
  std::string text;  // as CSV shows it
};
using Row = std::vector<Cell>;

// Every problem of a store, sorted by what defines it.  Columns and rows are a function of what the
// store holds, but for hosts, compilers and times: equal studies give equal tables.
std::vector<Row> study_rows(Store& store);
// The points of one sweep, in the order of its grid.
std::vector<Row> sweep_rows(Sweep& sweep);

std::string csv_of(const std::vector<Row>& rows);
nlohmann::ordered_json json_of(const std::vector<Row>& rows);

}  // namespace poolrace::experiments
