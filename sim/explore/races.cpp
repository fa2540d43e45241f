// SPDX-License-Identifier: MIT
#include "sim/explore/races.hpp"

#include <algorithm>
#include <functional>

namespace poolrace::sim {

namespace {

void join(Races::Clock& clock, const Races::Clock& other) {
  for (std::size_t i = 0; i < clock.size(); ++i) clock[i] = std::max(clock[i], other[i]);
}

}  // namespace

Races::Races(const std::vector<Step>& steps, const std::vector<Step>& blocked) : steps_(steps) {
  std::uint32_t contexts = 0;
  for (const Step& step : steps) contexts = std::max(contexts, step.context + 1);
  for (const Step& step : blocked) contexts = std::max(contexts, step.context + 1);
  previous_.assign(contexts, -1);
  clocks_.reserve(steps.size());
}

const Races::Last* Races::last(std::uint64_t object) const {
  const auto it = last_.find(object);
  return it == last_.end() ? nullptr : &it->second;
}

// From its context's own last step on, and behind the signals that it waited for.
Races::Clock Races::clock_of(const Step& step) const {
  const int own = previous_[step.context];
  Clock clock = own < 0 ? Clock(previous_.size(), 0) : clocks_[static_cast<std::size_t>(own)];
  for (const Touched& touched : step.touched)
    if (touched.how == Touch::join)
      if (const Last* seen = last(touched.object))
        for (const int s : seen->signals) join(clock, clocks_[static_cast<std::size_t>(s)]);
  return clock;
}

// The latest first, and each once.
std::vector<int> Races::conflicting(const Step& step) const {
  std::vector<int> found;
  for (const Touched& touched : step.touched) {
    const Last* seen = last(touched.object);
    if (seen == nullptr) continue;
    const bool reads = touched.how == Touch::read, writes = touched.how == Touch::write;
    if ((reads || writes) && seen->write >= 0) found.push_back(seen->write);
    if (writes) found.insert(found.end(), seen->reads.begin(), seen->reads.end());
    if (touched.how == Touch::acquire && seen->acquire >= 0) found.push_back(seen->acquire);
  }
  std::sort(found.begin(), found.end(), std::greater<>());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Races::Before Races::before(const Step& step) const {
  Before out{clock_of(step), {}};
  for (const int c : conflicting(step)) {
    const auto earlier = static_cast<std::size_t>(c);
    if (precedes(earlier, out.clock)) continue;
    out.racing.push_back(earlier);
    join(out.clock, clocks_[earlier]);
  }
  for (const Touched& touched : step.touched) {
    if (touched.how != Touch::acquire) continue;
    const Last* seen = last(touched.object);
    if (seen != nullptr && seen->release >= 0)
      join(out.clock, clocks_[static_cast<std::size_t>(seen->release)]);
  }
  return out;
}

void Races::note(Clock clock) {
  const Step& step = steps_[clocks_.size()];
  const int me = static_cast<int>(clocks_.size());
  clock[step.context] = me + 1;
  clocks_.push_back(std::move(clock));
  previous_[step.context] = me;
  for (const Touched& touched : step.touched) {
    Last& seen = last_[touched.object];
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

ContextSet Races::initials(std::size_t first, const Step& second, const Clock& clock) const {
  ContextSet seen = 0, found = 0;
  std::vector<std::size_t> free;  // steps that do not follow from `first`
  const auto take = [&](std::uint32_t context, const Clock& behind) {
    const ContextSet bit = set_of(context);
    if ((seen & bit) == 0 &&
        std::none_of(free.begin(), free.end(), [&](std::size_t j) { return precedes(j, behind); }))
      found |= bit;
    seen |= bit;
  };
  for (std::size_t k = first + 1; k < clocks_.size(); ++k) {
    if (precedes(first, clocks_[k])) continue;
    take(steps_[k].context, clocks_[k]);
    free.push_back(k);
  }
  take(second.context, clock);
  return found;
}

}  // namespace poolrace::sim
