// SPDX-License-Identifier: MIT
#include "experiments/sweep/stored_point.hpp"

#include "sim/trace.hpp"

namespace poolrace::experiments {

StoredPoint stored_point(Store& store, const std::string& text) {
  StoredPoint out{problem_fields(text), {}, {}, replay_of(text)};
  const std::int64_t block_runs = std::stoll(out.fields.at("block_runs"));
  for (const StoredBlock& block : store.blocks(sim::hex16(sim::fnv1a_64(text)))) {
    out.total.add(block.tally);
    for (std::int64_t i = 0; i < block.tally.runs; ++i)
      out.runs.push_back(block.block * block_runs + i);
  }
  return out;
}

std::optional<Paired> paired_points(const StoredPoint& here, const StoredPoint& versus) {
  std::vector<RunRow> a, b;
  for (std::size_t i = 0, j = 0; i < here.runs.size() && j < versus.runs.size();) {
    if (here.runs[i] == versus.runs[j]) {
      a.push_back(here.total.rows[i++]);
      b.push_back(versus.total.rows[j++]);
    } else {
      ++(here.runs[i] < versus.runs[j] ? i : j);
    }
  }
  if (a.empty()) return std::nullopt;
  return paired(a, b);
}

}  // namespace poolrace::experiments
