// SPDX-License-Identifier: MIT
// The ladder on runs of a scenario: the total beside what delays explain, whatever the way.
#pragma once

#include "experiments/rare/ladder.hpp"
#include "experiments/rare/request.hpp"

namespace poolrace::experiments {

// Of one variant.
Ladder climb_runs(const RareRequest& request, const Resolved& resolved, const Rounds& rounds);

}  // namespace poolrace::experiments
