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
// Poisson traffic needs neither: candidates are all there is.  What a receiver cannot take is in
// nobody's hands: a burst that outruns it ends in drops.  Left out of the far past: the wire, and
// the drops of traffic that comes by a clock or from a file.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "models/traffic/hold_time.hpp"
#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

// Rings that are emptied a frame at a time, and frames that take them in turn.
struct Receiver {
  std::uint32_t queues = 1, ring = 0;
  Ps per_frame = 0;  // 0: takes whatever comes, at once

  // Of so many frames back to back, how many it takes from rest; and of 2^32 that come without end.
  [[nodiscard]] std::uint64_t taken_of(std::uint64_t frames, Ps gap) const;
  [[nodiscard]] std::uint64_t share_q32(std::uint64_t per_second) const;
};

// The same, frame by frame.
class Intake {
 public:
  explicit Intake(const Receiver& receiver)
      : receiver_(receiver), free_at_(receiver.queues, -ps_never) {}
  // When the frame that arrives at this date is handed up; ps_never if it is dropped.
  Ps take(Ps date);

 private:
  Receiver receiver_;
  std::vector<Ps> free_at_;
  std::size_t next_ = 0;
};

class Past {
 public:
  // A page met in flight: how long before the far past's end its frame came, and what remains of
  // its hold.
  struct Survivor {
    Ps before, remaining;
  };

  // Of the far past, which ends at age `window`.
  Past(const HoldTime& hold, const Receiver& receiver, sim::Stream& stream, Ps window,
       std::vector<HoldTime::Met>& met)
      : hold_(hold), receiver_(receiver), stream_(stream), window_(window), met_(met) {}

  // Survivors of Poisson arrivals at this rate, the youngest first.
  std::vector<Survivor> candidates(std::uint64_t per_second);
  void keep(const Survivor& page) { met_.push_back({window_ + page.before, page.remaining}); }

  // A candidate of traffic that came at this rate just then.
  void keep_at(const Survivor& page, std::uint64_t per_second) {
    if (stream_.chance_q32(receiver_.share_q32(per_second))) keep(page);
  }
  // A candidate that is one of a group of frames, back to back: kept if none of those before it
  // survives too (else the group is told by that one), with those after it that do.
  void keep_group(const Survivor& page, std::uint64_t frames, Ps gap);

  // Frames at known dates: `before(i)` rises with i, and frame 0 is the youngest.
  void keep_of(const std::function<Ps(std::uint64_t)>& before);

  sim::Stream& stream() { return stream_; }

 private:
  const HoldTime& hold_;
  const Receiver& receiver_;
  sim::Stream& stream_;
  Ps window_;
  void keep_longer(Ps age) { met_.push_back({age, hold_.draw_longer(stream_, age) - age}); }

  std::vector<HoldTime::Met>& met_;
};

// How many trials fail before the first that succeeds, each with a chance of p / 2^64; at most 2^62.
std::uint64_t failures_before_success(sim::Stream& stream, std::uint64_t p);

}  // namespace poolrace::models
