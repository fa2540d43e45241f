// SPDX-License-Identifier: MIT
// A sweep on the screen, for people: one line a point with what was varied, runs, crash probability
// with its interval, teardown, guard.
#pragma once

#include <string>

#include "experiments/sweep/sweep.hpp"

namespace poolrace::experiments {

std::string text_table(Sweep& sweep);

}  // namespace poolrace::experiments
