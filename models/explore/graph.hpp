// SPDX-License-Identifier: MIT
// The state graph of a small program: every state that some order of steps reaches, unreduced, with
// what can be seen of it, and every step between two of them.  It stands under the lesson page.
//
// States are told apart by sim::StateKey.  An execution follows known steps to a state with a step
// untried, takes it, and goes on until it meets a state that is known and has no step untried.
//
// Where memory is weak a step may have several edges, one for each of its ways (sim/weak), and all that
// the model allows are there.  An edge says whose stores its step passes over, as if they had not
// arrived yet; a state, which stores some step ahead still can pass over.  States are then told apart by
// how they came about, and in the end those are one of which all that can be seen, and all that can
// follow, is the same.
#pragma once

#include <cstdint>

#include "models/explore/state_graph.hpp"

namespace poolrace::models {

// Gives up, incomplete, at `states_max` states.
StateGraph state_graph(const ExploreTask& task, std::uint32_t states_max);

}  // namespace poolrace::models
