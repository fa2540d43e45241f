// SPDX-License-Identifier: MIT
// Why none was seen: which of the explorer's windows are known well enough to give a reason, or to count delays in.
// The reasons themselves are Rare's (rare.hpp); README.md says them in words.
#pragma once

#include "experiments/rare/rare.hpp"
#include "experiments/rare/sample.hpp"

namespace poolrace::experiments {

// Whether puts can be held up there for it: between known steps, for a date of the teardown's.
bool is_held_up_for(const Orders::Window& w);
// Where alone delays of puts matter, if all windows are known.
KnownWindows windows_of(const Orders& orders);

}  // namespace poolrace::experiments
