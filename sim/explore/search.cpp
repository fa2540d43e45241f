// SPDX-License-Identifier: MIT
#include "sim/explore/search.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

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
  if (depth < choices_.size() && (enabled & set_of(choices_[depth])) != 0) return choices_[depth];
  astray_ |= depth < choices_.size();
  return same_or_lowest(taken, enabled);
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

// Who was tried at the parent, or slept there, need not be tried here, unless the step taken since
// made a difference to it.
void Search::fall_asleep(const Node& parent, const Step& taken, Node& node) const {
  for (const Asleep& asleep : parent.sleep)
    if (asleep.context != taken.context && !conflict(asleep.next, taken.touched))
      node.sleep.push_back(asleep);
}

bool Search::another(const Explore& world, Explore::End end) {
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
    node.done |= set_of(node.chosen);
    if (options_.reduced) node.sleep.push_back({node.chosen, steps[depth].touched});
    ContextSet left = node.backtrack & ~node.done;
    for (const Asleep& asleep : node.sleep) left &= ~set_of(asleep.context);
    if (left != 0) {
      node.chosen = lowest(left);
      prefix_ = nodes_.size();
      return true;
    }
    nodes_.pop_back();
  }
  return false;
}

// Vector clocks over the whole execution; races only of steps that are new in it.
void Search::find_races(const std::vector<Step>& steps, const std::vector<Step>& blocked) {
  struct Last {
    int write = -1, acquire = -1, release = -1;
    std::vector<int> reads, signals;
  };
  std::unordered_map<std::uint64_t, Last> last;
  std::uint32_t contexts = 0;
  for (const Step& step : steps) contexts = std::max(contexts, step.context + 1);
  for (const Step& step : blocked) contexts = std::max(contexts, step.context + 1);
  std::vector<int> previous(contexts, -1);
  const auto join = [](Clock& clock, const Clock& other) {
    for (std::size_t i = 0; i < clock.size(); ++i) clock[i] = std::max(clock[i], other[i]);
  };
  clocks_.assign(steps.size(), Clock(contexts, 0));
  const std::size_t new_from = prefix_ == 0 ? 0 : prefix_ - 1;

  const auto visit = [&](const Step& step, bool is_new) {
    Clock clock(contexts, 0);
    if (previous[step.context] >= 0)
      clock = clocks_[static_cast<std::size_t>(previous[step.context])];
    std::vector<int> candidates;
    for (const Touched& touched : step.touched) {
      Last& seen = last[touched.object];
      if (touched.how == Touch::join)
        for (int s : seen.signals) join(clock, clocks_[static_cast<std::size_t>(s)]);
      if (touched.how == Touch::read || touched.how == Touch::write)
        candidates.push_back(seen.write);
      if (touched.how == Touch::write)
        candidates.insert(candidates.end(), seen.reads.begin(), seen.reads.end());
      if (touched.how == Touch::acquire) candidates.push_back(seen.acquire);
    }
    std::sort(candidates.begin(), candidates.end(), std::greater<>());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    std::vector<std::size_t> racing;
    for (int c : candidates) {
      if (c < 0) continue;
      const auto e = static_cast<std::size_t>(c);
      if (precedes(e, steps[e].context, clock)) continue;
      racing.push_back(e);
      join(clock, clocks_[e]);
    }
    for (const Touched& touched : step.touched)
      if (const int r = last[touched.object].release; touched.how == Touch::acquire && r >= 0)
        join(clock, clocks_[static_cast<std::size_t>(r)]);
    if (is_new)
      for (std::size_t e : racing) race(steps, e, step, clock);
    return clock;
  };

  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Step& step = steps[i];
    clocks_[i] = visit(step, i >= new_from);
    clocks_[i][step.context] = static_cast<int>(i) + 1;
    previous[step.context] = static_cast<int>(i);
    for (const Touched& touched : step.touched) {
      Last& seen = last[touched.object];
      const int me = static_cast<int>(i);
      switch (touched.how) {
        case Touch::read:
          seen.reads.push_back(me);
          break;
        case Touch::write:
          seen.write = me;
          seen.reads.clear();
          break;
        case Touch::acquire:
          seen.acquire = me;
          break;
        case Touch::release:
          seen.release = me;
          break;
        case Touch::signal:
          seen.signals.push_back(me);
          break;
        case Touch::join:
          break;
      }
    }
  }
  for (const Step& step : blocked) visit(step, true);
}

// `first` and `second` could have come in the other order: before `first`, one of those must be
// tried that may begin the steps which do not follow from it.
void Search::race(const std::vector<Step>& steps, std::size_t first, const Step& second,
                  const Clock& before_second) {
  Node& node = nodes_[first];
  ContextSet seen = 0, initials = 0;
  std::vector<std::size_t> chosen;  // steps that do not follow from `first`
  const std::uint32_t by = steps[first].context;
  const auto is_initial = [&](const Clock& clock) {
    return std::none_of(chosen.begin(), chosen.end(),
                        [&](std::size_t j) { return precedes(j, steps[j].context, clock); });
  };
  std::size_t end = clocks_.size();
  for (std::size_t k = first + 1; k < end; ++k) {
    if (&steps[k] == &second) break;
    if (precedes(first, by, clocks_[k])) continue;
    const ContextSet bit = set_of(steps[k].context);
    if ((seen & bit) == 0 && is_initial(clocks_[k])) initials |= bit;
    seen |= bit;
    chosen.push_back(k);
  }
  const ContextSet bit = set_of(second.context);
  if ((seen & bit) == 0 && is_initial(before_second)) initials |= bit;
  if ((initials & node.backtrack) != 0) return;
  const ContextSet can = initials & node.enabled;
  if ((can & bit) != 0)
    node.backtrack |= bit;
  else
    node.backtrack |= can != 0 ? set_of(lowest(can)) : node.enabled;
}

}  // namespace poolrace::sim
