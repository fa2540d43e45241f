// SPDX-License-Identifier: MIT
// What a step costs a core that runs ahead of itself.  An out-of-order core fetches on while loads
// are under way: independent ones overlap, stores retire into a buffer, and time passes only as
// instructions *retire*, in order.  So the cost of a step is by how much it puts retirement off: the
// longest chain of dependences within the window, not the sum of latencies.  An in-order core
// (window 0) pays the sum.
//
// Mirrors: a reorder buffer of so many instructions (Intel's manuals and H. Wong's and T. Downs'
// measurements: 192 Haswell and Broadwell, 224 Skylake); a load-to-use latency on a hit, also through
// store forwarding; x86's locked operations, which wait for everything before them and hold back
// what follows (SDM vol. 3, 8.1.2).
// Left out: ports, branch misses, the sizes of load and store buffers, an address that depends on
// another load (a chain goes through one word only), atomics that do not serialise (arm64's relaxed
// ones; they count as serialising here).
#pragma once

#include <array>
#include <cstddef>

#include "sim/time.hpp"

namespace poolrace::models {

struct IssueParams {
  Ps window = 0;  // time to fetch as many instructions as the reorder buffer holds; 0: in order
  Ps load_latency = 0;  // a hit, until its value can be used
};

class IssueWindow;

// A word's value: when the last store of it can be forwarded, which loads wait for; and when who
// read it last has it, which his own next store waits for (it is taken to be made of that).
struct Ready {
  Ps written = 0, read = 0;
  const IssueWindow* reader = nullptr;
};

class IssueWindow {
 public:
  static constexpr std::size_t most = 256;  // steps in a window
  explicit IssueWindow(const IssueParams& params) : params_(params) {}
  [[nodiscard]] bool in_order() const { return params_.window == 0; }

  // Each returns by how much retirement moves on from `now`.  `slot`: the time that its instructions
  // take to fetch; `latency`: what the line costs, its fetch included.
  Ps load(Ps now, Ps slot, Ps latency, Ready& value);
  Ps store(Ps now, Ps slot, Ps latency, Ready& value);
  Ps locked(Ps now, Ps slot, Ps latency, Ready& value);  // a fence, too
  // A counter of the CPU's own is read, changed and written: it waits for its own last change alone.
  Ps update(Ps now, Ps slot, Ps latency, Ready& value);

 private:
  void catch_up(Ps now, Ps slot);
  Ps fetch(Ps slot);
  Ps retire(Ps now, Ps slot, Ps done);
  [[nodiscard]] std::size_t size(Ps slot) const;

  IssueParams params_;
  Ps fetched_ = 0, retired_ = 0;  // the newest step: when it was fetched, when it retired
  Ps drained_ = 0;                // when the store buffer will be empty
  std::array<Ps, most> retirements_{};
  std::size_t steps_ = 0;
};

}  // namespace poolrace::models
