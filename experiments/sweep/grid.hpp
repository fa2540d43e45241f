// SPDX-License-Identifier: MIT
// The points of a sweep: `--vary NAME=a,b`, `--vary NAME=lo:hi:lin[:n]` or `lo:hi:log10[:n]`, of
// which the product is taken, and `--points FILE.csv` with a column a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiments/scenario/common_options.hpp"

namespace poolrace::experiments {

struct Axis {
  std::string name;  // a parameter, or `variant` or `profile`
  std::vector<std::string> values;
};

// One combination of values: a row of the grid.
struct Point {
  std::vector<Setting> values;
  std::string label() const;  // "load_mpps=0.1 variant=scan"
};

// What may be varied: `variant`, `profile` and every parameter.
std::vector<std::string> axis_names();

// Reads one --vary.  Values of a range are rounded to what the parameter can hold (and inner ones
// of log10 to six digits); its ends are exact.  ConfigError begins with `where`.
Axis parse_vary(std::string_view text, std::string_view where);

// Reads a table (sim/settings/csv_reader.hpp): a line of names, then a line of values a point.
std::vector<Point> read_points(const std::string& path, std::string_view where);

// The product: the first axis is the slowest.  `rows` may be empty (then the axes alone count).
std::vector<Point> product(const std::vector<Point>& rows, const std::vector<Axis>& axes,
                           std::string_view where);

}  // namespace poolrace::experiments
