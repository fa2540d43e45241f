// SPDX-License-Identifier: MIT
#include "sim/weak/grace_periods.hpp"

#include <algorithm>

namespace poolrace::sim {

const std::vector<Event>& GracePeriods::enter(std::uint32_t reader) {
  if (reader >= inside_.size()) inside_.resize(reader + 1);
  inside_[reader] = true;
  return begun_;
}

void GracePeriods::leave(std::uint32_t reader, const EventSet& all_so_far) {
  inside_[reader] = false;
  left_.join(all_so_far);
  for (auto& [caller, open] : open_)
    if (std::erase(open.awaited, reader) > 0) open.end_follows.join(all_so_far);
}

void GracePeriods::begin(std::uint32_t caller, Event begun) {
  begun_.push_back(begun);
  Open& open = open_[caller];
  open = {{}, left_};
  for (std::uint32_t reader = 0; reader < inside_.size(); ++reader)
    if (inside_[reader] && reader != caller) open.awaited.push_back(reader);
}

EventSet GracePeriods::end(std::uint32_t caller) {
  EventSet follows = open_[caller].end_follows;
  open_.erase(caller);
  return follows;
}

}  // namespace poolrace::sim
