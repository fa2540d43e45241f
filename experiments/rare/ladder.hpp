// SPDX-License-Identifier: MIT
// A probability by small steps, for harm whose ways nobody has described (subset simulation): of runs
// that came as near as the last level, how many come as near as the next?  Each step starts again from
// those that did, with single words of theirs drawn anew or moved a little, and kept where the run
// stays as near; the product of the shares is the probability.  Levels, and which words matter, are found
// by a pilot that is then thrown away, so every replica's product is right on average; how far one is from
// the next tells the error.  With poor mixing most replicas are low and a few high.
// Left out: anything that is known of the run; a miss that falls without ever becoming harm leads
// nowhere, and the ladder ends without a number.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "experiments/rare/places.hpp"
#include "experiments/rare/rounds.hpp"
#include "experiments/statistics/statistics.hpp"
#include "sim/chance/random.hpp"

namespace poolrace::experiments {

inline constexpr double harmed = -std::numeric_limits<double>::infinity();

struct Reached {
  double miss = 0;        // `harmed`, or a number that falls
  sim::WordCounts drawn;  // which may be moved
};

// What is climbed.
struct Climb {
  std::uint64_t seed = 1;
  // How near that run came with those words.  Called in workers.
  std::function<Reached(std::int64_t run, const std::vector<sim::GivenWord>& words)> reach;
  std::function<bool()> clock_lasts;  // whether a worker can go on; none: always
};

struct LadderSize {
  int replicas = 10, particles = 400, moves = 20;
  double keep = 0.2;  // of the pilot's runs, from level to level
  int levels_max = 30;
};

struct Particle {
  std::int64_t run = 0;
  std::vector<sim::GivenWord> words;
  Reached reached;
  std::vector<OneMove> moves;  // of this step
};

struct Ladder {
  std::vector<double> levels;     // falling; none: the pilot found nothing
  std::vector<double> products;   // by replica; 0: it died
  std::int64_t runs = 0;          // in all
  std::optional<Particle> first;  // that came to harm
  int interrupted = 0;            // the signal, or 0

  [[nodiscard]] double probability() const;
  [[nodiscard]] double standard_error() const;
  // 95 %, Student's on the log scale; none if a third of the replicas died, or the error is more than a third.
  [[nodiscard]] std::optional<Interval> interval() const;
};

// Of the same seed the same for any number of jobs.
Ladder climb(const Climb& what, const LadderSize& size, const Rounds& rounds);

}  // namespace poolrace::experiments
