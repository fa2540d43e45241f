// SPDX-License-Identifier: MIT
// What is made of a state graph of weak memory once all of it is known.
#pragma once

#include "models/explore/state_graph.hpp"

namespace poolrace::models {

// Fills in Edge::made.
void note_stores_made(StateGraph& graph);

// States of which everything that can be seen is the same, and everything that can follow, become one.
// Nothing that a state could come to is lost or added, whatever told them apart before.
void merge_equal_futures(StateGraph& graph);

// Fills in State::on_way: backwards, from the steps that pass stores over to the steps that made them.
void note_stores_on_way(StateGraph& graph);

}  // namespace poolrace::models
