// SPDX-License-Identifier: MIT
// What a sweep costs on top of its runs: the same runs once in a bare loop in one worker process,
// once as a sweep with one worker into a store on disk.  Pairs follow each other, and the ratio is
// the median of their ratios.
#pragma once

#include <vector>

#include "experiments/bench/bench.hpp"

namespace poolrace::experiments {

// Rows runs/bare and sweep/block-N, in us a run; sweep/empty-block, in us a block.
std::vector<BenchRow> bench_sweep(const BenchOptions& options = {});

}  // namespace poolrace::experiments
