// SPDX-License-Identifier: MIT
// The pool's benchmark: what the paths of pool/bench_paths.hpp cost for every variant.
//   native/PATH/VARIANT     on this machine, real threads; a repetition puts the variant between
//                           two runs of baseline, and the ratio is the median over repetitions
//   timed/PATH/VARIANT      simulated, on profile e5-1650-v4; one run, for it is deterministic
//   timed-task/PATH/baseline  the same from a task instead of a softirq
//   published/PATH/…        what was measured in a kernel on that machine, over the simulation
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/bench.hpp"

namespace poolrace {

struct BenchPoolOptions : BenchOptions {
  std::uint64_t loops = 20'000;       // native; four times a repetition
  std::uint64_t timed_loops = 1'280;  // 20 bulks of the slow path
};

std::vector<BenchRow> bench_pool(const BenchPoolOptions& options = {});

}  // namespace poolrace
