// SPDX-License-Identifier: MIT
// By how long would a put have to be held up to come to harm, even if it came at the worst moment?  The
// explorer's orders say between which of its steps it was overtaken (orders.hpp).  In a plain run one put after
// the other is held up there, the ones just before a date of the teardown first, until harm comes of it.  Then
// that put is brought to that date: it is held up before the first of these steps too, where nothing hangs on
// it yet, for as long as the teardown still counts on it, so that what is left to bridge between them is as
// short as it gets.  The same runs show the harm with the reason taken away.
// Bringing it there is what makes a reason of it: of puts that come when they come, the nearest of hundreds is
// far away where harm is a mere meeting too (scan-rcu's crash at the default, 8 in a million).
// Left out: puts that more than these two must meet; harm that a longer hold-up does not do.
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/rare/orders.hpp"
#include "experiments/rare/sample.hpp"

namespace poolrace::experiments {

struct FoundHoldUp {
  // That do harm: the put brought there, the shortest that then does it.  Empty: none did.
  std::vector<models::HoldUp> by;
  Ps length = ps_never;  // of the latter
  // Of the plain run itself: puts that came there once the teardown had begun, and how long they took from the one
  // step to the other.
  std::int64_t came = 0;
  Ps least_of_itself = ps_never, of_itself = 0;
  std::int64_t tried = 0;  // puts held up beyond a date
};
// Of the plain run of that number, for any wanted harm that comes of a hold-up there.
FoundHoldUp shortest_hold_up(const Sampler& sampler, std::int64_t run,
                             const Orders::Window& window);

}  // namespace poolrace::experiments
