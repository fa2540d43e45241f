// SPDX-License-Identifier: MIT
// What holds CPUs up at dates that nobody knows: thefts (cpu/theft.hpp), noise (cpu/noise.hpp) and the
// clock's tick, as the point processes that they are.  When they come in a run can be told without
// running it, and the words be found with which the same run has one at a date.
// Left out: whether a delay that comes does anything (an idle CPU has no section to be held up in).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "models/ids.hpp"
#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

struct Parameters;

struct Delayer {
  const char* name = "";    // in words: "theft of the CPU"
  const char* stream = "";  // drawn.hpp; an instance a CPU
  Ps gap_mean = 0;          // exponential; of the tick, all are of that length
  // Of a word; one of longer delays has a larger rank.
  std::function<Ps(std::uint64_t rank)> length_of;
  bool falls = false;  // the word is the rank's complement
  bool stops = false;  // the next gap begins as one ends
  // The tick: from one date on, which is drawn, and on all CPUs at once; how long it takes depends on
  // what it finds to do, so its length is the least.
  bool tick = false;
  // Draws what happens before the first gap; until when.
  std::function<Ps(sim::Stream& stream)> begin;
};

struct Delay {
  Ps at = 0, length = 0;
};

// Those whose rate is above 0, and the tick.
std::vector<Delayer> delayers(const Parameters& parameters);

// The word with which a stream's first draw, of a date below a jiffy, is that.
std::uint64_t word_of_phase(const char* stream, Ps jiffy, Ps phase);

// All that begin before `until`, in their order.
std::vector<Delay> delays_until(const Delayer& delayer, const sim::Streams& streams, CpuId cpu,
                                Ps until);

// One at that date: one more, in place of what was to come next, with later ones anew; of the tick all
// are moved.  None if the CPU is stolen then anyhow.
std::optional<std::vector<sim::GivenWord>> one_more(const Delayer& delayer,
                                                    const sim::Streams& streams, CpuId cpu, Ps at,
                                                    std::uint64_t rank);

}  // namespace poolrace::models
