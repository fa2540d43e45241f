// SPDX-License-Identifier: MIT
#include "sim/explore/trace_order.hpp"

#include <algorithm>
#include <functional>

namespace poolrace::sim {

void TraceOrder::join(Clock& clock, const Clock& other) {
  for (std::size_t i = 0; i < clock.size(); ++i) clock[i] = std::max(clock[i], other[i]);
}

const TraceOrder::Last* TraceOrder::last(std::uint64_t object) const {
  const auto it = last_.find(object);
  return it == last_.end() ? nullptr : &it->second;
}

TraceOrder::Clock TraceOrder::own(const Step& step) const {
  const int before = previous_[step.context];
  Clock clock = before < 0 ? Clock(previous_.size(), 0) : clocks_[static_cast<std::size_t>(before)];
  for (const Touched& touched : step.touched)
    if (touched.how == Touch::join)
      if (const Last* seen = last(touched.object))
        for (const int s : seen->signals) join(clock, clocks_[static_cast<std::size_t>(s)]);
  return clock;
}

std::vector<int> TraceOrder::conflicting(const Step& step) const {
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

void TraceOrder::join_releases(const Step& step, Clock& clock) const {
  for (const Touched& touched : step.touched) {
    if (touched.how != Touch::acquire) continue;
    const Last* seen = last(touched.object);
    if (seen != nullptr && seen->release >= 0)
      join(clock, clocks_[static_cast<std::size_t>(seen->release)]);
  }
}

TraceOrder::Clock TraceOrder::before(const Step& step) const {
  Clock clock = own(step);
  for (const int c : conflicting(step)) join(clock, clocks_[static_cast<std::size_t>(c)]);
  join_releases(step, clock);
  return clock;
}

void TraceOrder::note(const Step& step, Clock clock) {
  const int me = static_cast<int>(clocks_.size());
  clock[step.context] = me + 1;
  clocks_.push_back(std::move(clock));
  context_.push_back(step.context);
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

}  // namespace poolrace::sim
