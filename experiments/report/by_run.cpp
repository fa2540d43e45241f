// SPDX-License-Identifier: MIT
#include "experiments/report/by_run.hpp"

#include "experiments/runs/by_run.hpp"
#include "experiments/scenario/replay_string.hpp"
#include "experiments/text/csv.hpp"

namespace poolrace::experiments {

std::string by_run_table(const Campaign& c) {
  std::vector<std::string> line = run_columns();
  line.insert(line.begin(), "variant");
  line.emplace_back("replay");
  std::string out = csv_row(line);
  for (const VariantSummary& v : c.variants)
    for (std::size_t i = 0; i < v.rows.size(); ++i) {
      const auto run = static_cast<std::int64_t>(i);
      line = run_cells(run, v.rows[i]);
      line.insert(line.begin(), v.variant);
      line.push_back(v.rows[i].harm == 0 ? ""
                                         : replay_string(c.resolved, c.options, v.variant, run));
      out += csv_row(line);
    }
  return out;
}

}  // namespace poolrace::experiments
