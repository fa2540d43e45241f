// SPDX-License-Identifier: MIT
// What came before a run: the pages that this traffic, under this law of holds, has in flight at
// date 0.  Frames thin independently, each kept if its hold exceeds its age; so given when frames
// came, the pages in flight are known exactly, and only what came needs an account.  Two stretches:
//
//   the near past   is played frame by frame through the wire, each with a hold of its own, and runs
//                   on into the run itself: same phase, same state, same flow, same backlog
//   the far past    of which less than one hold in 1024 lasts: only survivors are drawn, from
//                   candidates that a source accepts by its state when they came (traffic.cpp)
//
// Poisson traffic needs neither: candidates are all there is.  Left out of the far past: the wire.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/traffic/hold_time.hpp"
#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

class Past {
 public:
  // A page met in flight: how long before the far past's end its frame came, and what remains of
  // its hold.
  struct Survivor {
    Ps before, remaining;
  };

  // Of the far past, which ends at age `window`.
  Past(const HoldTime& hold, sim::Stream& stream, Ps window, std::vector<Ps>& remaining)
      : hold_(hold), stream_(stream), window_(window), remaining_(remaining) {}

  // Survivors of Poisson arrivals at this rate, the youngest first.
  std::vector<Survivor> candidates(std::uint64_t per_second);
  void keep(const Survivor& page) { remaining_.push_back(page.remaining); }

  // A candidate that is one of a group of frames of one date, `earlier` of them before it: kept if
  // none of those survives too (else the group is told by that one), with those after it that do.
  void keep_group(const Survivor& page, std::uint64_t earlier, std::uint64_t later);

  // Frames at known dates: `before(i)` rises with i, and frame 0 is the youngest.
  void keep_of(const std::function<Ps(std::uint64_t)>& before);

  sim::Stream& stream() { return stream_; }

 private:
  const HoldTime& hold_;
  sim::Stream& stream_;
  Ps window_;
  std::vector<Ps>& remaining_;
};

// How many trials fail before the first that succeeds, each with a chance of p / 2^64; at most 2^62.
std::uint64_t failures_before_success(sim::Stream& stream, std::uint64_t p);

}  // namespace poolrace::models
