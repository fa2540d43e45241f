// SPDX-License-Identifier: MIT
#include "experiments/text/csv.hpp"

#include <algorithm>

#include "fuzz/fuzz.hpp"
#include "sim/settings/csv_reader.hpp"

namespace {

using namespace poolrace;
using Table = std::vector<std::vector<std::string>>;

Table read(const std::string& text) {
  sim::CsvReader reader(sim::file_of(text), "file F", "a table");
  Table rows{reader.names()};
  for (std::vector<std::string> cells; reader.next(cells);) {
    fuzz::require(cells.size() == rows.front().size(), "a row has a cell for each name");
    rows.push_back(cells);
  }
  return rows;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return fuzz::one_input(data, size, [](const std::string& bytes) {
    const Table rows = read(bytes);
    // Names that hold a separator of lower rank, and stand alone, would be read as several.
    if (rows.front().size() == 1) return;
    std::string again;
    for (const auto& row : rows) again += experiments::csv_row(row);
    fuzz::require(read(again) == rows, "what is written again reads the same");
  });
}
