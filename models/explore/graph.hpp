// SPDX-License-Identifier: MIT
// The state graph of a small program: every state that some order of steps reaches, unreduced, with
// what can be seen of it, and every step between two of them.  It stands under the lesson page.
//
// States are told apart by sim::StateKey.  An execution follows known steps to a state with a step
// untried, takes it, and goes on until it meets a state that is known and has no step untried.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/explore/machine.hpp"

namespace poolrace::models {

struct StateGraph {
  struct State {
    std::vector<std::uint32_t> facts;  // into values, one a column
    std::vector<Standing::Status> standing;
    std::vector<std::int32_t> waits;  // into waits, or -1
    std::vector<std::uint32_t> violations;
    enum class End : std::uint8_t { none, finished, deadlock, harm } end = End::none;
    std::int32_t crash_steps = -1;  // the least number of steps from here to a crash; -1: none
  };
  struct Edge {
    std::uint32_t from, to, context, site, touches;
    std::uint64_t value;
  };
  struct Column {
    std::string group, name;
  };
  bool complete = false;
  std::uint64_t executions = 0;
  std::vector<ExploreMachine::Context> contexts;
  std::vector<Column> columns;
  std::vector<std::string> values, waits, sites, touches;
  std::vector<Violation> violations;
  std::vector<State> states;  // 0 is the start
  std::vector<Edge> edges;    // by from, then context
};

// Gives up, incomplete, at `states_max` states.
StateGraph state_graph(const ExploreTask& task, std::uint32_t states_max);

}  // namespace poolrace::models
