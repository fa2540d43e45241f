// SPDX-License-Identifier: MIT
// By how long would a put have to be held up to come to harm?  The explorer's orders say where it was overtaken
// (orders.hpp); in plain runs one put after the other is held up there, the ones just before a date of the
// teardown first, until harm comes of it; and that hold-up is made shorter by halves.  So where none is
// seen, this is by how much it was missed, and the same runs show the harm with the reason taken away.
// Nothing here is a probability, nor a reason for a none: what holds it up need not be anything that this
// machine has, and harm of a mere meeting (scan-rcu's crash at the default, 8 in a million) takes hold-ups as long as
// in hundreds of runs as harm that no meeting does.
// Left out: puts that more than one hold-up must meet; harm that a longer hold-up does not do.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/rare/orders.hpp"
#include "experiments/rare/sample.hpp"

namespace poolrace::experiments {

struct FoundHoldUp {
  models::HoldUp by{{}, 0, ps_never};  // the shortest that does harm; length: ps_never, none did
  // The longest in the plain run itself: from the beginning of the step before, of puts that came there once
  // the teardown had begun.
  Ps of_itself = 0;
};
// Of the plain run of that number, for a window's harm.
FoundHoldUp shortest_hold_up(const Sampler& sampler, std::int64_t run,
                             const Orders::Window& window);

// Of a window, over runs.
struct HoldUps {
  std::int64_t runs = 0, harmed = 0;
  Ps shortest = ps_never;
  Ps of_itself = 0;                   // the longest
  void add(Ps length, Ps by_itself);  // as FoundHoldUp's
};

}  // namespace poolrace::experiments
