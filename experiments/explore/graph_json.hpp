// SPDX-License-Identifier: MIT
// A state graph as JSON: what `explore --graph` prints and the lesson page reads.
#pragma once

#include <nlohmann/json.hpp>

#include "models/explore/graph.hpp"

namespace poolrace::experiments {

// "any preemption, …": what a verdict or a graph is exhaustive within.
std::string explore_bound();
nlohmann::ordered_json explore_limits_json();
nlohmann::ordered_json config_json(const models::ExploreTask& task);
nlohmann::ordered_json graph_json(const models::ExploreTask& task, const models::StateGraph& graph);

}  // namespace poolrace::experiments
