// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_table.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "experiments/text/numbers.hpp"

namespace poolrace::experiments {

namespace {

constexpr std::size_t line_columns = 100;

// Words of a sentence on lines of that width.
std::string wrapped(const std::string& text) {
  std::string out, line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    if (!line.empty() && columns_of(line) + 1 + columns_of(word) > line_columns) {
      out += line + "\n";
      line.clear();
    }
    line += (line.empty() ? "" : " ") + word;
    at = end + 1;
  }
  return out + line + "\n";
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t wide = columns_of(text);
  return std::string(width > wide ? width - wide : 0, ' ') + text;
}

std::string cell_text(const HwColumn& column, const std::optional<double>& cell) {
  return cell ? format(column.pattern, *cell) : "—";
}

}  // namespace

std::string hw_table_text(const HwTable& table) {
  std::vector<std::vector<std::string>> lines(2);
  lines[0].push_back(table.row_axis);
  lines[1].emplace_back();
  for (const HwColumn& column : table.columns) {
    lines[0].push_back(column.name);
    lines[1].push_back(column.unit);
  }
  for (const HwRow& row : table.rows) {
    lines.push_back({row.label});
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      lines.back().push_back(cell_text(table.columns[c], row.cells[c]));
  }
  std::vector<std::size_t> widths(lines[0].size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(line[i]));
  std::string out = table.title + "\n" + wrapped(table.measured) +
                    wrapped("On a real machine: " + table.elsewhere) + "\n";
  for (const auto& line : lines) {
    out += line[0] + std::string(widths[0] - columns_of(line[0]), ' ');
    for (std::size_t i = 1; i < line.size(); ++i) out += "  " + right(line[i], widths[i]);
    out += "\n";
  }
  return out;
}

nlohmann::ordered_json hw_table_json(const HwTable& table) {
  auto rows = nlohmann::ordered_json::array();
  for (const HwRow& row : table.rows)
    for (std::size_t c = 0; c < row.cells.size(); ++c)
      rows.push_back({{"row", row.label},
                      {"column", table.columns[c].name},
                      {"value", row.cells[c] ? nlohmann::ordered_json(*row.cells[c])
                                             : nlohmann::ordered_json()},
                      {"unit", table.columns[c].unit}});
  return {{"title", table.title},
          {"measured", table.measured},
          {"elsewhere", table.elsewhere},
          {"row_axis", table.row_axis},
          {"rows", rows}};
}

}  // namespace poolrace::experiments
