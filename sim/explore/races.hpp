// SPDX-License-Identifier: MIT
// Which steps of one execution race: those that could change places, because one precedes the other
// only by the object on which both touch.  Two writes race, and a read with a write; so do two
// acquires, across the release between them.  A release comes before the next acquire, a signal
// before the join that saw it: these never race.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/explore/trace_order.hpp"

namespace poolrace::sim {

class Races : private TraceOrder {
 public:
  using TraceOrder::Clock;

  // The steps are told one after the other by note(), those of `blocked` only asked about.
  Races(const std::vector<Step>& steps, const std::vector<Step>& blocked);

  // What precedes a step that would come next, and with which of the steps so far it races: the
  // latest first, and none that another of them follows from.
  struct Before {
    Clock clock;
    std::vector<std::size_t> racing;
  };
  [[nodiscard]] Before before(const Step& step) const;
  // The next step did come; `clock` is what before() said of it.
  void note(Clock clock) { TraceOrder::note(steps_[size()], std::move(clock)); }

  // Contexts of which each may begin with a step that does not follow from step `first`, and in
  // the end leads to `second`, before which stands `clock`: one of them must be tried before
  // `first`, for the two to change places.
  [[nodiscard]] ContextSet initials(std::size_t first, const Step& second,
                                    const Clock& clock) const;

 private:
  const std::vector<Step>& steps_;
};

}  // namespace poolrace::sim
