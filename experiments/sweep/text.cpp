// SPDX-License-Identifier: MIT
#include "experiments/sweep/text.hpp"

#include "experiments/statistics/statistics.hpp"
#include "experiments/text/columns.hpp"
#include "experiments/text/numbers.hpp"

namespace poolrace::experiments {

std::string text_table(Sweep& sweep) {
  const SweepOptions& options = sweep.options();
  const bool looking = sweep.store().stopped_by_looking();
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
    line.push_back(looking ? chance(t.crashed, t.runs, confidence_sequence(t.crashed, t.runs))
                           : chance(t.crashed, t.runs));
    line.push_back(duration(median(teardown_times_ns(t.rows))));
    line.push_back(t.packets == 0 ? "—"
                                  : format("%.1f ns", static_cast<double>(t.guard_ns) / packets));
    lines.push_back(std::move(line));
  }
  return aligned(lines);
}

}  // namespace poolrace::experiments
