// SPDX-License-Identifier: MIT
// Why a number is missed: what the models leave out, or how what was published differs from what
// was simulated.  A reason that nobody knows is said to be none.
#pragma once

#include <string>
#include <vector>

#include "experiments/validate/row.hpp"

namespace poolrace::experiments {

inline constexpr double near_by = 0.15;  // off by more is a miss

// Told or found by a mechanism, and off by more than that.
bool is_miss(const ValidationRow& row);

struct Reason {
  const char* rows;  // whose names begin so
  const char* why;
};
const std::vector<Reason>& reasons();

// Null where there are no words for it.
const Reason* reason_of(const ValidationRow& row);

}  // namespace poolrace::experiments
