// SPDX-License-Identifier: MIT
// A state graph: what graph.hpp finds out, and who reads it.
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
    std::int32_t crash_steps = -1;      // the least number of steps from here to a crash; -1: none
    std::vector<std::uint32_t> on_way;  // into stores: made, and some step ahead may pass them over
  };
  struct Edge {
    std::uint32_t from, to, context, site, touches;
    std::uint64_t value;
    std::uint32_t nth = 0;  // of such steps on the way of its context: how many came before
    std::uint32_t way = 0;
    std::vector<std::uint32_t> passed{};  // into stores
    std::int32_t made = -1;               // into stores; -1: none that can be passed over
  };
  struct Store {  // one that some step can pass over; no way makes it twice
    std::uint32_t context, site, touches;
    std::uint64_t value;
    std::uint32_t nth;
    bool operator==(const Store&) const = default;
  };
  struct Column {
    std::string group, name;
  };
  bool complete = false, weak = false;
  std::uint64_t executions = 0;
  std::vector<ExploreMachine::Context> contexts;
  std::vector<Column> columns;
  std::vector<std::string> values, waits, sites, touches;
  std::vector<Violation> violations;
  std::vector<State> states;  // 0 is the start
  std::vector<Edge> edges;    // by from, then context, then way
  std::vector<Store> stores;
};

}  // namespace poolrace::models
