// SPDX-License-Identifier: MIT
// A row of a study's table: each cell as JSON says it and as CSV shows it, under its column's name.
// Names are the ones that Python's tables have (python/poolrace/_schema.py; a test compares).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiments/statistics/statistics.hpp"

namespace poolrace::experiments {

struct Cell {
  std::string column;
  nlohmann::ordered_json value;
  std::string text;
};
using Row = std::vector<Cell>;

Cell cell(std::string column, std::int64_t value);
Cell cell(std::string column, double value);
Cell text_cell(std::string column, const std::string& text);
Cell flag_cell(std::string column, bool value);
Cell empty_cell(std::string column);  // null; nothing
Cell optional_cell(std::string column, bool there, double value);

// CSV: the names in the first line.  JSON: an array of objects.
std::string csv_of(const std::vector<Row>& rows);
nlohmann::ordered_json json_of(const std::vector<Row>& rows);

}  // namespace poolrace::experiments
