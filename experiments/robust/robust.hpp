// SPDX-License-Identifier: MIT
// The same runs with one uncertain parameter moved, each in turn: how far the headline numbers move,
// and which conclusions do not survive it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiments/robust/knobs.hpp"
#include "experiments/statistics/statistics.hpp"

namespace poolrace::experiments {

// A number that people take home, of one variant.
struct Headline {
  std::string variant, what, unit;  // what: "crash probability", …
  std::optional<Estimate> value;    // none: it was not defined (no teardown ended)
};

struct Move {
  std::string name, value;          // "" at the base
  std::vector<Headline> headlines;  // the same as the base's, in its order
};

// What the base says, in words; `broken_by`: the moves under which it does not hold.
struct Conclusion {
  std::string words;
  std::vector<std::string> broken_by;  // "hold_median_us=20"
};

struct Robustness {
  Knobs knobs;
  Move base;
  std::vector<Move> moves;
  std::vector<Conclusion> conclusions;
  int interrupted = 0;  // the signal, or 0; then some knobs were not turned
};

// ConfigError if there would be none: no teardown, and one variant to cost more than no other.
void check_headlines(const Resolved& resolved);

// Told before each setting: how many are done, of how many.
using TellMoves = std::function<void(std::size_t done, std::size_t all)>;

Robustness run_robust(const CommonOptions& options, const Resolved& resolved, const Knobs& knobs,
                      const TellMoves& tell);

// What the base says, and under which moves it is not so.
std::vector<Conclusion> conclusions_of(const Robustness& robustness);

// Of one headline: the moves that took it farthest from the base, one a parameter.
struct Mover {
  const Move* move;
  double by;  // value − base
};
std::vector<Mover> movers(const Robustness& robustness, std::size_t headline);

}  // namespace poolrace::experiments
