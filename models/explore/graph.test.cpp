// SPDX-License-Identifier: MIT
// The state graph against the explorer: the same kinds, whatever the search; and what a state says
// is what a replay of the way to it says.
#include "models/explore/graph.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "models/explore/explorer.hpp"
#include "models/explore/retell.hpp"

namespace poolrace::models {
namespace {

std::string outcome(const Violation& v) {
  return std::string(kind_info(v.kind).name) + " " + harm_name(v.harm);
}

std::set<std::string> of_graph(const StateGraph& graph) {
  std::set<std::string> out;
  for (const Violation& v : graph.violations) out.insert(outcome(v));
  return out;
}

std::set<std::string> of_search(const Verdict& verdict) {
  std::set<std::string> out;
  for (const auto& it : verdict.found)
    if (it) out.insert(outcome(it->violation));
  return out;
}

TEST(StateGraphs, HaveTheKindsThatTheSearchFinds) {
  for (const char* program : {"destroy-vs-put-preemptible", "destroy-vs-put-return",
                              "recycle-and-post", "destroy-vs-put-softirq-one-cpu"})
    for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-rfc", "xarray-fixed"}) {
      const ExploreTask task{&find_program(program), variant, {}};
      const StateGraph graph = state_graph(task, 100'000);
      ASSERT_TRUE(graph.complete) << program << " " << variant;
      // The search keeps the worst of each kind, the graph all of them.
      const auto all = of_graph(graph);
      for (const StateGraph::Edge& edge : graph.edges)  // a harm cuts some short
        ASSERT_NE(graph.sites[edge.site], "") << program << " " << variant;
      for (const std::string& one : of_search(explore(task)))
        EXPECT_TRUE(all.contains(one)) << program << " " << variant << ": " << one;
      std::set<std::string> kinds;
      for (const std::string& one : all) kinds.insert(one.substr(0, one.find(' ')));
      std::set<std::string> searched;
      for (const std::string& one : of_search(explore(task)))
        searched.insert(one.substr(0, one.find(' ')));
      EXPECT_EQ(kinds, searched) << program << " " << variant;
    }
}

// Follows, from the start, the edge that comes nearest to a crash.
TEST(StateGraphs, TheShortestWayToACrashIsOneThatReplays) {
  const ExploreTask task{&find_program("destroy-vs-put-preemptible"), "scan", {}};
  const StateGraph graph = state_graph(task, 100'000);
  std::uint32_t at = 0;
  Schedule schedule;
  ASSERT_GT(graph.states[0].crash_steps, 0);
  while (graph.states[at].crash_steps > 0) {
    const auto next = std::find_if(graph.edges.begin(), graph.edges.end(), [&](const auto& edge) {
      return edge.from == at &&
             graph.states[edge.to].crash_steps == graph.states[at].crash_steps - 1;
    });
    ASSERT_NE(next, graph.edges.end());
    schedule.push_back(next->context);
    at = next->to;
    const Retelling told = retell(task, schedule, 0);
    ASSERT_EQ(told.astray, "");
    ASSERT_EQ(told.facts.size(), graph.columns.size());
    for (std::size_t i = 0; i < told.facts.size(); ++i)
      EXPECT_EQ(told.facts[i].value, graph.values[graph.states[at].facts[i]])
          << "after " << schedule.size() << " steps: " << told.facts[i].name;
  }
  const Retelling told = retell(task, schedule, 0);
  ASSERT_FALSE(told.execution.violations.empty());
  EXPECT_EQ(told.execution.violations.back().harm, Harm::crash);
}

TEST(StateGraphs, GiveUpAtTheirBound) {
  const ExploreTask task{&find_program("destroy-vs-put-preemptible"), "scan", {}};
  const StateGraph graph = state_graph(task, 50);
  EXPECT_FALSE(graph.complete);
  EXPECT_LE(graph.states.size(), 51U);
}

}  // namespace
}  // namespace poolrace::models
