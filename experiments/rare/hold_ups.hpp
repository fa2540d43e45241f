// SPDX-License-Identifier: MIT
// How long puts would have to be held up, over runs: what makes a reason of it.
// Left out: which put it was, and by what hold-ups (hold_up.hpp tells them again).
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/rare/hold_up.hpp"
#include "experiments/rare/rounds.hpp"

namespace poolrace::experiments {

// Of a window, over runs.
struct HoldUps {
  std::int64_t runs = 0, harmed = 0, came = 0;
  std::int64_t tried = 0, runs_tried = 0;  // puts held up beyond a date; in so many runs
  Ps shortest = ps_never;
  Ps least_of_itself = ps_never, of_itself = 0;  // the longest
  void add(const FoundHoldUp& found);
  // What puts took there varies by far less than what it would take at the worst moment, beside such a delay;
  // or nobody came there; or nothing came of it however long they were held up, as destroy waits for them.
  [[nodiscard]] bool out_of_reach(Ps delay) const;
};

inline constexpr std::int64_t hold_up_runs = 200;
// By window, in worker processes; of windows that hold up for the same steps once.  The signal, or 0.
int find_hold_ups(const Rounds& rounds, const Sampler& sampler,
                  const std::vector<Orders::Window>& windows, std::vector<HoldUps>& out);

}  // namespace poolrace::experiments
