// SPDX-License-Identifier: MIT
#include "sim/explore/races.hpp"

#include <algorithm>

namespace poolrace::sim {

namespace {

std::size_t contexts_of(const std::vector<Step>& steps, const std::vector<Step>& blocked) {
  std::uint32_t contexts = 0;
  for (const Step& step : steps) contexts = std::max(contexts, step.context + 1);
  for (const Step& step : blocked) contexts = std::max(contexts, step.context + 1);
  return contexts;
}

}  // namespace

Races::Races(const std::vector<Step>& steps, const std::vector<Step>& blocked)
    : TraceOrder(contexts_of(steps, blocked)), steps_(steps) {}

Races::Before Races::before(const Step& step) const {
  Before out{own(step), {}};
  for (const int c : conflicting(step)) {
    const auto earlier = static_cast<std::size_t>(c);
    if (precedes(earlier, out.clock)) continue;
    out.racing.push_back(earlier);
    join(out.clock, clock(earlier));
  }
  join_releases(step, out.clock);
  return out;
}

ContextSet Races::initials(std::size_t first, const Step& second, const Clock& clock_) const {
  ContextSet seen = 0, found = 0;
  std::vector<std::size_t> free;  // steps that do not follow from `first`
  const auto take = [&](std::uint32_t context, const Clock& behind) {
    const ContextSet bit = set_of(context);
    if ((seen & bit) == 0 &&
        std::none_of(free.begin(), free.end(), [&](std::size_t j) { return precedes(j, behind); }))
      found |= bit;
    seen |= bit;
  };
  for (std::size_t k = first + 1; k < size(); ++k) {
    if (precedes(first, clock(k))) continue;
    take(context_of(k), clock(k));
    free.push_back(k);
  }
  take(second.context, clock_);
  return found;
}

}  // namespace poolrace::sim
