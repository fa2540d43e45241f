// SPDX-License-Identifier: MIT
// What a grace period orders: of every read section, either all that its CPU did up to its end comes
// before the end of the grace period, or the beginning of the grace period comes before all that the
// CPU does from the section's beginning on.  Entering and leaving a section order nothing by
// themselves.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/weak/event_order.hpp"

namespace poolrace::sim {

class GracePeriods {
 public:
  // A reader is who may be in one section at a time.  Entering: what it must follow from now on.
  [[nodiscard]] const std::vector<Event>& enter(std::uint32_t reader);
  void leave(std::uint32_t reader, const EventSet& all_so_far);
  // The grace period of `caller` began with event `begun`; what its end must follow.
  void begin(std::uint32_t caller, Event begun);
  EventSet end(std::uint32_t caller);
  void begun(Event event) { begun_.push_back(event); }  // whoever waits for its end

 private:
  struct Open {
    std::vector<std::uint32_t> awaited;  // readers that were inside
    EventSet end_follows;
  };
  std::vector<bool> inside_;
  EventSet left_;             // what had been done by all sections when they were left
  std::vector<Event> begun_;  // of all grace periods
  std::map<std::uint32_t, Open> open_;
};

}  // namespace poolrace::sim
