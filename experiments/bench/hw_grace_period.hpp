// SPDX-License-Identifier: MIT
// How long synchronize_rcu() keeps a task, on a machine that does nothing or something else.
#pragma once

#include <vector>

#include "models/parameters.hpp"

namespace poolrace::experiments {

enum class OtherWork { none, napi_flood, hogs };  // hogs: a task in user mode on every CPU

// So many calls by a task on destroy_cpu, each after a sleep of up to two ticks, in ps.
std::vector<Ps> grace_periods(const models::Parameters& p, OtherWork work, bool expedited,
                              int calls);

}  // namespace poolrace::experiments
