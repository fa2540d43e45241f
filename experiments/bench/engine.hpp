// SPDX-License-Identifier: MIT
// The engine's benchmark: the hold model.  N contexts each advance, over and over, by a
// pseudo-random time from a stream of their own; nothing else happens, so what is measured is the
// cost of an event: order, switch, clock.  The same bodies and the same times run in the timed
// world, in the reference world and in a bare coroutine loop; repetitions of the three are
// interleaved, and a ratio is the median of the ratios of neighbours, so that a drifting machine
// hardly moves it.
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/bench/bench.hpp"

namespace poolrace::experiments {

struct BenchEngineOptions : BenchOptions {
  std::vector<unsigned> contexts = {8, 64, 1024};
  std::uint64_t events = 1'000'000;          // of a repetition, after a warm-up of a tenth
  std::uint64_t reference_events = 100'000;  // the same for the reference world
};

// Rows hold/timed/N, hold/reference/N, hold/bare/N, in ns an event.
std::vector<BenchRow> bench_engine(const BenchEngineOptions& options = {});

}  // namespace poolrace::experiments
