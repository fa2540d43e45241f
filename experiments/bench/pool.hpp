// SPDX-License-Identifier: MIT
// The pool's benchmark: what the paths of pool/bench_paths.hpp cost for every variant.
//   native/PATH/VARIANT     on this machine, real threads; the variant takes short turns with
//                           baseline, and the ratio is the median over the turns.  The ratio of
//                           baseline to itself says how much of a ratio is noise.
//   timed/PATH/VARIANT      simulated, on profile e5-1650-v4 or the one asked for; one run, for it is
//                           deterministic
//   timed-task/PATH/baseline  the same from a task instead of a softirq
//   published/PATH/…        what was measured in a kernel on an E5-1650 v4, over the simulation of
//                           that machine; of any other there are no such rows
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/bench/bench.hpp"

namespace poolrace::experiments {

struct BenchPoolOptions : BenchOptions {
  std::uint64_t pages = 20'000;       // of a repetition, native
  std::uint64_t timed_pages = 1'280;  // 20 bulks of the slow path
};

std::vector<BenchRow> bench_pool(const BenchPoolOptions& options = {});

// What was published, beside the same simulated: the rows published/... by themselves, which take
// no real thread.
struct PublishedPoolTime {
  std::string path, where;
  double ns, simulated_ns;
};
std::vector<PublishedPoolTime> published_pool_times(std::uint64_t pages = 1'280);

// For people: baseline beside what was published, then every variant over baseline.
std::string bench_pool_in_short(const std::vector<BenchRow>& rows,
                                const BenchOptions& options = {});

}  // namespace poolrace::experiments
