// SPDX-License-Identifier: MIT
// What chosen variants cost a page over the first of them, kernel trees of the user's own among
// them (linux:TREE[@REF], compiled for real threads): what a guard costs, on this processor.
//   native/PATH/NAME             a tree with preemptible RCU, or a C++ variant on this machine
//   native-no-preempt/PATH/NAME  a tree whose read sections are a compiler barrier, as are its
//                                spin locks' counts
//   timed/PATH/NAME              simulated (pool_rows.hpp)
// Native rows have an interval: each repetition makes new pools for both, lets them take short turns
// (first, other, other, first) and gives one pair, the median over its turns; the interval is that
// of the median over the repetitions.  The first over itself is the noise.
// Left out: what another build of the same source would cost, by where its code comes to lie.
#pragma once

#include <string>
#include <vector>

#include "experiments/bench/bench.hpp"
#include "pool/linux/compile.hpp"

namespace poolrace::experiments {

struct ComparePoolOptions : BenchOptions {
  std::vector<std::string> variants;  // known ones and trees, none twice
  pool::linux_tree::BuildOptions tree;
  std::string where;                  // errors begin with it
  std::uint64_t pages = 20'000;       // of a repetition, native
  std::uint64_t timed_pages = 1'280;  // 20 bulks of the slow path
};

// Trees are read and compiled before anything is measured.  ConfigError.
std::vector<BenchRow> compare_pools(const ComparePoolOptions& options);

std::string compare_pools_in_short(const std::vector<BenchRow>& rows,
                                   const BenchOptions& options = {});

}  // namespace poolrace::experiments
