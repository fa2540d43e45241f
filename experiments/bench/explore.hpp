// SPDX-License-Identifier: MIT
// The explorer's benchmark.  Two contexts of ten increments each, of one word or of one each: how
// many executions a second without reduction, beside the least that a stateless explorer can be
// (the same orders, drawn up by next_permutation, of two coroutines made afresh for each), and how
// many executions with reduction.  Then the pool itself: three programs under scan.
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/bench/bench.hpp"

namespace poolrace::experiments {

struct BenchExploreOptions : BenchOptions {
  std::uint64_t executions = 50'000;         // of a repetition, of 184,756 there are
  std::uint64_t program_executions = 2'000;  // the same of a program (plain, as the first so many)
};

std::vector<BenchRow> bench_explore(const BenchExploreOptions& options = {});

}  // namespace poolrace::experiments
