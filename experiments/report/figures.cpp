// SPDX-License-Identifier: MIT
#include "experiments/report/figures.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/text/numbers.hpp"
#include "experiments/text/svg.hpp"

namespace poolrace::experiments {

namespace {

constexpr double name_width = 130, row_height = 30;

// The step of about `count` ticks over `length`: 1, 2 or 5 times a power of ten.
double tick_step(double length, int count) {
  const double rough = length / count;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= rough) return factor * power;
  return 10 * power;
}

}  // namespace

std::string figure(const std::vector<FigureRow>& rows, const std::string& unit, double most) {
  using namespace svg;
  constexpr double left = name_width, right = 560, text_at = 578;
  double end = 0;
  for (const FigureRow& row : rows)
    if (!row.none) end = std::max({end, row.value, row.high});
  if (end <= 0) end = 1;
  const double step = tick_step(end, 5);
  end = std::ceil(end / step - 1e-9) * step;
  if (most > 0) end = std::min(end, most);
  const auto x = [end](double value) {
    return left + (right - left) * std::clamp(value / end, 0.0, 1.0);
  };
  const double height = static_cast<double>(rows.size()) * row_height + 34, base = height - 26;
  std::string out;
  for (double tick = 0; tick <= end * 1.0001; tick += step) {
    out += line("grid", x(tick), 4, x(tick), base);
    out += label("tick middle", x(tick), height - 10,
                 format("%g", tick) + (tick + step > end * 1.0001 ? " " + unit : ""));
  }
  double y = 4 + row_height / 2;
  for (const FigureRow& row : rows) {
    out += label("name", 0, y + 5, row.name);
    if (!row.none && row.bar) out += rect("bar", left, y - 8, x(row.value) - left, 16, row.text);
    if (!row.none && row.high > row.low) {
      out += line("interval", x(row.low), y, x(row.high), y);
      out += line("interval", x(row.low), y - 5, x(row.low), y + 5);
      out += line("interval", x(row.high), y - 5, x(row.high), y + 5);
    }
    if (!row.none && !row.bar)
      out += format("<circle class=\"mark\" cx=\"%.2f\" cy=\"%.2f\" r=\"4.5\"/>", x(row.value), y);
    out += label("value", text_at, y + 5, row.text);
    y += row_height;
  }
  return svg::figure(height, "by variant, in " + unit, out);
}

}  // namespace poolrace::experiments
