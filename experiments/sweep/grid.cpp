// SPDX-License-Identifier: MIT
#include "experiments/sweep/grid.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "experiments/scenario/scenario.hpp"
#include "models/parameters.hpp"
#include "sim/settings/csv_reader.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::experiments {
namespace {

constexpr std::int64_t range_points_max = 10'000;
constexpr std::size_t points_max = 1'000'000;

[[noreturn]] void fail(std::string_view where, const std::string& text) {
  throw ConfigError(std::string(where) + ": " + text);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

struct Range {
  std::int64_t low = 0, high = 0, n = 5;
  bool log = false;
};

// The i-th of n values, in stored units.  Linear ones are exact; the others go through double, and
// six digits are kept, so that the last bit of pow() never shows.
std::int64_t value_of(const Range& range, std::int64_t i) {
  if (i == 0) return range.low;
  if (i == range.n - 1) return range.high;
  const std::int64_t steps = range.n - 1;
  if (!range.log) {
    const __int128 span = static_cast<__int128>(range.high) - range.low;
    return static_cast<std::int64_t>(range.low + (2 * span * i + steps) / (2 * steps));
  }
  const double low = static_cast<double>(range.low), high = static_cast<double>(range.high);
  const double share = static_cast<double>(i) / static_cast<double>(steps);
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.5e", low * std::pow(high / low, share));
  return std::clamp<std::int64_t>(std::llround(std::strtod(digits, nullptr)), range.low,
                                  range.high);
}

Range parse_range(const sim::Declaration& d, const std::string& text, std::string_view where) {
  const std::vector<std::string> parts = split(text, ':');
  const std::string shape =
      d.name + "=" + text + " is no range (allowed: LOW:HIGH:lin[:N] or LOW:HIGH:log10[:N])";
  if (parts.size() < 3 || parts.size() > 4) fail(where, shape);
  Range range;
  range.low = std::get<std::int64_t>(d.parse(parts[0], where));
  range.high = std::get<std::int64_t>(d.parse(parts[1], where));
  const std::vector<std::string> scales{"lin", "log10"};
  if (parts[2] != "lin" && parts[2] != "log10")
    fail(where, shape + sim::nearest_hint(parts[2], scales));
  range.log = parts[2] == "log10";
  if (range.low >= range.high) fail(where, d.name + "=" + text + " needs LOW below HIGH");
  if (range.log && range.low <= 0) fail(where, d.name + "=" + text + " needs LOW above 0");
  if (parts.size() == 4) {
    char* end = nullptr;
    range.n = std::strtol(parts[3].c_str(), &end, 10);
    if (parts[3].empty() || *end != '\0' || range.n < 2 || range.n > range_points_max)
      fail(where, d.name + "=" + text + " needs a number of values as N (allowed: 2 to " +
                      std::to_string(range_points_max) + ")");
  }
  return range;
}

std::vector<std::string> range_values(const sim::Declaration& d, const std::string& text,
                                      std::string_view where) {
  const Range range = parse_range(d, text, where);
  std::vector<std::string> values;
  for (std::int64_t i = 0; i < range.n; ++i) {
    values.push_back(d.print(sim::Value(value_of(range, i))));
    const bool again = i > 0 && values[values.size() - 2] == values.back();
    if (again)
      fail(where, d.name + "=" + text + " gives " + values.back() +
                      " twice once rounded to what the parameter can hold; ask for fewer values");
  }
  return values;
}

const sim::Declaration* declaration(const std::string& name) {
  return models::parameter_table().find(name);  // none for `variant` and `profile`
}

bool is_number(const sim::Declaration* d) {
  return d && (d->kind == sim::ParameterKind::integer || d->kind == sim::ParameterKind::decimal);
}

void check_names(const std::vector<std::string>& names, std::string_view where) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    sim::require_known(where, "parameter", names[i], axis_names());
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i))
      fail(where, "'" + names[i] + "' is varied twice");
  }
}

}  // namespace

std::string Point::label() const {
  std::string out;
  for (const Setting& s : values) out += (out.empty() ? "" : " ") + s.name + "=" + s.value;
  return out;
}

std::vector<std::string> axis_names() {
  std::vector<std::string> names = models::parameter_table().names();
  names.insert(names.end(), {"variant", "profile"});
  return names;
}

Axis parse_vary(std::string_view text, std::string_view where) {
  const Setting setting = split_setting(text, where);
  sim::require_known(where, "parameter", setting.name, axis_names());
  const sim::Declaration* d = declaration(setting.name);
  if (is_number(d) && setting.value.find(':') != std::string::npos)
    return {setting.name, range_values(*d, setting.value, where)};
  if (setting.name == "variant" && setting.value == "all") return {setting.name, variant_names()};
  return {setting.name, split_list(setting.value, where)};
}

std::vector<Point> read_points(const std::string& path, std::string_view where) {
  const std::string label = std::string(where) + " " + path;
  sim::CsvReader csv(sim::open_input(path, label), label,
                     "a line of parameters' names, then a line of values a point");
  check_names(csv.names(), label + " line 1");
  std::vector<Point> points;
  for (std::vector<std::string> cells; csv.next(cells);) {
    Point point;
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (cells[c].empty()) csv.fail("has no value for " + csv.names()[c]);
      point.values.push_back({csv.names()[c], cells[c]});
    }
    if (points.size() == points_max)
      csv.fail("is more than " + std::to_string(points_max) + " points; allowed: up to that many");
    points.push_back(std::move(point));
  }
  if (points.empty())
    fail(where, path + " has a line of names but no point; allowed: a line of values a point");
  return points;
}

std::vector<Point> product(const std::vector<Point>& rows, const std::vector<Axis>& axes,
                           std::string_view where) {
  std::vector<std::string> names;
  if (!rows.empty())
    for (const Setting& s : rows.front().values) names.push_back(s.name);
  for (const Axis& axis : axes) names.push_back(axis.name);
  check_names(names, where);
  std::vector<Point> points = rows;
  if (points.empty()) points.emplace_back();
  for (const Axis& axis : axes) {
    if (points.size() > points_max / axis.values.size())
      fail(where, "more than " + std::to_string(points_max) + " points");
    std::vector<Point> next;
    for (const Point& point : points)
      for (const std::string& value : axis.values) {
        next.push_back(point);
        next.back().values.push_back({axis.name, value});
      }
    points = std::move(next);
  }
  return points;
}

}  // namespace poolrace::experiments
