// SPDX-License-Identifier: MIT
#include "models/explore/graph_merge.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace poolrace::models {

namespace {

using Numbers = std::vector<std::uint32_t>;
constexpr std::uint32_t none = ~0U;

// By state, the places of its edges, which stand together.
class Outgoing {
 public:
  explicit Outgoing(const StateGraph& graph) : begin_(graph.states.size() + 1) {
    for (const StateGraph::Edge& edge : graph.edges) ++begin_[edge.from + 1];
    for (std::size_t s = 1; s < begin_.size(); ++s) begin_[s] += begin_[s - 1];
  }
  [[nodiscard]] std::size_t begin(std::uint32_t s) const { return begin_[s]; }
  [[nodiscard]] std::size_t end(std::uint32_t s) const { return begin_[s + 1]; }

 private:
  std::vector<std::size_t> begin_;
};

// Every state behind all that can follow it; the graph has no cycle, for a step always moves on.
std::vector<std::uint32_t> ends_first(const StateGraph& graph, const Outgoing& out) {
  std::vector<std::uint32_t> order;
  std::vector<std::size_t> at(graph.states.size());
  std::vector<bool> seen(graph.states.size());
  std::vector<std::uint32_t> way;
  for (std::uint32_t root = 0; root < graph.states.size(); ++root) {
    if (!seen[root]) way.push_back(root), seen[root] = true, at[root] = out.begin(root);
    while (!way.empty()) {
      const std::uint32_t s = way.back();
      if (at[s] == out.end(s)) {
        order.push_back(s);
        way.pop_back();
        continue;
      }
      const std::uint32_t next = graph.edges[at[s]++].to;
      if (!seen[next]) way.push_back(next), seen[next] = true, at[next] = out.begin(next);
    }
  }
  return order;
}

// All that is seen of a state and of what follows, but in which of the merged states it ends.
Numbers description(const StateGraph& graph, const Outgoing& out, std::uint32_t s,
                    const Numbers& merged) {
  const StateGraph::State& state = graph.states[s];
  Numbers d = state.facts;
  for (const auto status : state.standing) d.push_back(static_cast<std::uint32_t>(status));
  for (const std::int32_t wait : state.waits) d.push_back(static_cast<std::uint32_t>(wait));
  d.push_back(static_cast<std::uint32_t>(state.violations.size()));
  d.insert(d.end(), state.violations.begin(), state.violations.end());
  d.push_back(static_cast<std::uint32_t>(state.end));
  for (std::size_t i = out.begin(s); i < out.end(s); ++i) {
    const StateGraph::Edge& e = graph.edges[i];
    d.insert(d.end(),
             {merged[e.to], e.context, e.site, e.touches, e.way,
              static_cast<std::uint32_t>(e.value), static_cast<std::uint32_t>(e.value >> 32),
              static_cast<std::uint32_t>(e.made), static_cast<std::uint32_t>(e.passed.size())});
    d.insert(d.end(), e.passed.begin(), e.passed.end());
  }
  return d;
}

// For every state the first one that is like it.
Numbers like(const StateGraph& graph, const Outgoing& out) {
  Numbers merged(graph.states.size(), none);
  std::map<Numbers, std::uint32_t> known;
  for (const std::uint32_t s : ends_first(graph, out))
    merged[s] = known.try_emplace(description(graph, out, s, merged), s).first->second;
  return merged;
}

}  // namespace

void note_stores_made(StateGraph& graph) {
  for (StateGraph::Edge& e : graph.edges) {
    const StateGraph::Store made{e.context, e.site, e.touches, e.value, e.nth};
    const auto store = std::find(graph.stores.begin(), graph.stores.end(), made);
    if (store != graph.stores.end())
      e.made = static_cast<std::int32_t>(store - graph.stores.begin());
  }
}

void merge_equal_futures(StateGraph& graph) {
  const Outgoing out(graph);
  const Numbers first = like(graph, out);
  Numbers number(graph.states.size(), none);
  std::vector<StateGraph::State> states;
  for (std::uint32_t s = 0; s < graph.states.size(); ++s) {  // the start stays the first
    if (number[first[s]] != none) continue;
    number[first[s]] = static_cast<std::uint32_t>(states.size());
    states.push_back(graph.states[first[s]]);
  }
  std::vector<StateGraph::Edge> edges;
  for (StateGraph::Edge& e : graph.edges) {
    if (first[e.from] != e.from) continue;
    e.from = number[e.from];
    e.to = number[first[e.to]];
    edges.push_back(std::move(e));
  }
  std::stable_sort(edges.begin(), edges.end(), [](const auto& a, const auto& b) {
    return std::tie(a.from, a.context, a.way) < std::tie(b.from, b.context, b.way);
  });
  graph.states = std::move(states);
  graph.edges = std::move(edges);
}

void note_stores_on_way(StateGraph& graph) {
  const Outgoing out(graph);
  for (const std::uint32_t s : ends_first(graph, out)) {
    Numbers& on_way = graph.states[s].on_way;
    for (std::size_t i = out.begin(s); i < out.end(s); ++i) {
      const StateGraph::Edge& e = graph.edges[i];
      on_way.insert(on_way.end(), e.passed.begin(), e.passed.end());
      for (const std::uint32_t later : graph.states[e.to].on_way)
        if (static_cast<std::int32_t>(later) != e.made) on_way.push_back(later);
    }
    std::sort(on_way.begin(), on_way.end());
    on_way.erase(std::unique(on_way.begin(), on_way.end()), on_way.end());
  }
}

}  // namespace poolrace::models
