// SPDX-License-Identifier: MIT
// Which of the explorer's windows are known well enough to count delays in them, or to give a reason for a none.
#pragma once

#include <vector>

#include "experiments/rare/orders.hpp"

namespace poolrace::experiments {

// Whether it is known between which of a put's steps it is late, and for what.
bool is_known(const Orders::Window& w);
// And it is a date of the teardown's that it is late for, so that it can be held up there until then.
bool is_held_up_for(const Orders::Window& w);

// Where alone delays of puts matter; empty: it is not known.
struct KnownWindows {
  std::vector<Orders::Window> of_puts;
  bool of_walk = false;       // where a put gives back what destroy's walk has in hand
  bool of_rewritten = false;  // the device writes a page again before its put has cleaned it
};
KnownWindows windows_of(const Orders& orders);

}  // namespace poolrace::experiments
