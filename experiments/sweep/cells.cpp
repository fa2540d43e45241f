// SPDX-License-Identifier: MIT
#include "experiments/sweep/cells.hpp"

#include <cmath>

#include "experiments/text/csv.hpp"
#include "experiments/text/numbers.hpp"

namespace poolrace::experiments {

using nlohmann::ordered_json;

Cell cell(std::string column, std::int64_t value) {
  return {std::move(column), value, std::to_string(value)};
}

Cell cell(std::string column, double value) {
  if (!std::isfinite(value)) return empty_cell(std::move(column));  // JSON has no infinity
  return {std::move(column), value, format("%.9g", value)};
}

Cell text_cell(std::string column, const std::string& text) {
  return {std::move(column), text, text};
}

Cell flag_cell(std::string column, bool value) {
  return {std::move(column), value, value ? "true" : "false"};
}

Cell empty_cell(std::string column) {
  return {std::move(column), nullptr, ""};
}

Cell optional_cell(std::string column, bool there, double value) {
  return there ? cell(std::move(column), value) : empty_cell(std::move(column));
}

std::string csv_of(const std::vector<Row>& rows) {
  const auto line = [](const Row& row, std::string Cell::*what) {
    std::vector<std::string> cells;
    for (const Cell& cell : row) cells.push_back(cell.*what);
    return csv_row(cells);
  };
  std::string out = rows.empty() ? "" : line(rows.front(), &Cell::column);
  for (const Row& row : rows) out += line(row, &Cell::text);
  return out;
}

ordered_json json_of(const std::vector<Row>& rows) {
  ordered_json out = ordered_json::array();
  for (const Row& row : rows) {
    out.push_back(ordered_json::object());
    for (const Cell& c : row) out.back()[c.column] = c.value;
  }
  return out;
}

}  // namespace poolrace::experiments
