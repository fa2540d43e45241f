// SPDX-License-Identifier: MIT
#include "sim/explore/search.hpp"

#include <algorithm>
#include <bit>

#include "sim/explore/explore.hpp"

namespace poolrace::sim {

namespace {

std::uint32_t lowest(ContextSet set) {
  return static_cast<std::uint32_t>(std::countr_zero(set));
}

// Goes on with whoever stepped last, if it can.
std::uint32_t same_or_lowest(const std::vector<Step>& taken, ContextSet candidates) {
  if (!taken.empty() && (candidates & set_of(taken.back().context)) != 0)
    return taken.back().context;
  return lowest(candidates);
}

}  // namespace

std::uint32_t Replay::next(const std::vector<Step>& taken, ContextSet enabled) {
  const std::size_t depth = taken.size();
  if (depth < picks_.size() && (enabled & set_of(picks_[depth].context)) != 0)
    return picks_[depth].context;
  astray_ |= depth < picks_.size();
  return same_or_lowest(taken, enabled);
}

std::uint32_t Replay::choose(const std::vector<Step>& taken, std::uint64_t allowed) {
  const std::size_t depth = taken.size() - 1;
  const std::uint32_t way = depth < picks_.size() ? picks_[depth].way : 0;
  if ((allowed >> way & 1) != 0) return way;
  astray_ = true;
  return 0;
}

std::uint32_t Search::next(const std::vector<Step>& taken, ContextSet enabled) {
  const std::size_t depth = taken.size();
  if (depth < prefix_) {
    check(nodes_[depth].enabled == enabled, "explore: an execution did not repeat itself");
    return nodes_[depth].chosen;
  }
  Node node;
  node.enabled = enabled;
  if (depth > 0) fall_asleep(nodes_[depth - 1], taken.back(), node);
  ContextSet candidates = enabled;
  for (const Asleep& asleep : node.sleep) candidates &= ~set_of(asleep.context);
  if (!options_.reduced && options_.preemptions >= 0 && depth > 0) {
    const Node& parent = nodes_[depth - 1];
    const ContextSet last = set_of(parent.chosen);
    const bool switched = depth > 1 && nodes_[depth - 2].chosen != parent.chosen &&
                          (parent.enabled & set_of(nodes_[depth - 2].chosen)) != 0;
    node.preemptions = parent.preemptions + (switched ? 1 : 0);
    if (node.preemptions >= options_.preemptions && (enabled & last) != 0) candidates = last;
  }
  if (candidates == 0) return nobody;
  node.chosen = same_or_lowest(taken, candidates);
  node.backtrack = options_.reduced ? set_of(node.chosen) : candidates;
  nodes_.resize(depth);
  nodes_.push_back(std::move(node));
  return nodes_.back().chosen;
}

std::uint32_t Search::choose(const std::vector<Step>& taken, std::uint64_t allowed) {
  Node& node = nodes_[taken.size() - 1];
  if (taken.size() < prefix_ || node.way != 0)
    check(node.ways == allowed, "explore: an execution did not repeat itself");
  node.ways = allowed;
  return node.way;
}

// Who was tried at the parent, or slept there, need not be tried here, unless the step taken since
// made a difference to it.
void Search::fall_asleep(const Node& parent, const Step& taken, Node& node) const {
  for (const Asleep& asleep : parent.sleep)
    if (asleep.context != taken.context && !conflict(asleep.next, taken.touched))
      node.sleep.push_back(asleep);
}

bool Search::another(const Explore& world, ExecutionEnd end) {
  const std::vector<Step>& steps = world.steps();
  ++executions_;
  steps_ += steps.size();
  if (end == Explore::End::cut) ++cut_;
  if (options_.reduced) {
    find_races(steps, world.blocked());
    if (end == Explore::End::stopped && !nodes_.empty())
      nodes_.back().backtrack |= nodes_.back().enabled;
  }
  while (!nodes_.empty()) {
    Node& node = nodes_.back();
    const std::size_t depth = nodes_.size() - 1;
    if (another_way(node, steps[depth])) {
      prefix_ = nodes_.size();
      return true;
    }
    node.done |= set_of(node.chosen);
    if (options_.reduced) node.sleep.push_back({node.chosen, std::move(node.touched_in_ways)});
    ContextSet left = node.backtrack & ~node.done;
    for (const Asleep& asleep : node.sleep) left &= ~set_of(asleep.context);
    if (left != 0) {
      node.chosen = lowest(left);
      node.way = 0;
      node.ways = 1;
      node.touched_in_ways.clear();
      prefix_ = nodes_.size();
      return true;
    }
    nodes_.pop_back();
  }
  return false;
}

// All ways of a step come before another context in its place: who sleeps was tried in all of them.
bool Search::another_way(Node& node, const Step& step) {
  if (node.ways == 1) {  // as nearly all have it
    node.touched_in_ways = step.touched;
    return false;
  }
  for (const Touched& touched : step.touched)
    if (std::find(node.touched_in_ways.begin(), node.touched_in_ways.end(), touched) ==
        node.touched_in_ways.end())
      node.touched_in_ways.push_back(touched);
  const std::uint64_t left = node.way == 63 ? 0 : node.ways >> (node.way + 1);
  if (left == 0) return false;
  node.way += 1 + static_cast<std::uint32_t>(std::countr_zero(left));
  return true;
}

// Clocks are of the whole execution, races only of steps that are new in it.
void Search::find_races(const std::vector<Step>& steps, const std::vector<Step>& blocked) {
  const std::size_t new_from = prefix_ == 0 ? 0 : prefix_ - 1;
  Races races(steps, blocked);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Races::Before before = races.before(steps[i]);
    if (i >= new_from) reverse(races, before, steps[i]);
    races.note(std::move(before.clock));
  }
  for (const Step& step : blocked) reverse(races, races.before(step), step);
}

// `second` and a step that it races with could have come in the other order.
void Search::reverse(const Races& races, const Races::Before& before, const Step& second) {
  const ContextSet bit = set_of(second.context);
  for (const std::size_t first : before.racing) {
    Node& node = nodes_[first];
    const ContextSet initials = races.initials(first, second, before.clock);
    if ((initials & node.backtrack) != 0) continue;
    const ContextSet can = initials & node.enabled;
    if ((can & bit) != 0)
      node.backtrack |= bit;
    else
      node.backtrack |= can != 0 ? set_of(lowest(can)) : node.enabled;
  }
}

}  // namespace poolrace::sim
