// SPDX-License-Identifier: MIT
// A sweep on the screen: one line a point.
#include <algorithm>
#include <cstdio>

#include "experiments/report/report.hpp"
#include "experiments/sweep/table.hpp"

namespace poolrace::experiments {
namespace {

std::string format(const char* pattern, auto... values) {
  char buffer[160];
  std::snprintf(buffer, sizeof buffer, pattern, values...);
  return buffer;
}

std::string chance(const Tally& t, bool looking) {
  if (t.runs == 0) return "no runs";
  const Interval i =
      looking ? confidence_sequence(t.crashed, t.runs) : clopper_pearson(t.crashed, t.runs);
  if (t.crashed == 0) return "none (< " + percent(i.high) + ")";
  return percent(static_cast<double>(t.crashed) / static_cast<double>(t.runs)) + " (" +
         percent(i.low) + " – " + percent(i.high) + ")";
}

std::size_t width(const std::string& text) {  // in columns: UTF-8 continuation bytes take none
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string aligned(const std::vector<std::vector<std::string>>& lines) {
  std::vector<std::size_t> widths(lines.front().size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  std::string out;
  for (const auto& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i)
      out += i + 1 == line.size() ? line[i] + "\n"
                                  : line[i] + std::string(widths[i] - width(line[i]) + 2, ' ');
  return out;
}

}  // namespace

std::string text_table(Sweep& sweep) {
  const SweepOptions& options = sweep.options();
  const bool looking = options.until.relative > 0;
  std::vector<std::vector<std::string>> lines(1);
  for (const Setting& s : options.points.front().values) lines[0].push_back(s.name);
  lines[0].insert(lines[0].end(), {"runs", looking ? "crash (95 %, any time)" : "crash (95 %)",
                                   "teardown, median", "guard / packet"});
  for (std::size_t point = 0; point < options.points.size(); ++point) {
    std::vector<std::string> line;
    for (const Setting& s : options.points[point].values) line.push_back(s.value);
    const Tally t = sweep.store().total(sweep.problems()[point].hash);
    const double packets = t.packets == 0 ? 1 : static_cast<double>(t.packets);
    line.push_back(std::to_string(t.runs));
    line.push_back(chance(t, looking));
    line.push_back(duration(median(t.teardown_ns)));
    line.push_back(t.packets == 0 ? "—"
                                  : format("%.1f ns", static_cast<double>(t.guard_ns) / packets));
    lines.push_back(std::move(line));
  }
  return aligned(lines);
}

}  // namespace poolrace::experiments
