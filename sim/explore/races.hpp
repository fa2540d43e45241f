// SPDX-License-Identifier: MIT
// Vector clocks over the steps of one execution, and from them which of its steps race: those that
// could change places, because one precedes the other only by the object on which both touch.  Two
// writes race, and a read with a write; so do two acquires, across the release between them.  A
// release comes before the next acquire, a signal before the join that saw it: these never race.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sim/explore/step.hpp"

namespace poolrace::sim {

class Races {
 public:
  using Clock = std::vector<int>;  // by context: how many of all steps precede, by index + 1

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
  void note(Clock clock);

  // Contexts of which each may begin with a step that does not follow from step `first`, and in
  // the end leads to `second`, before which stands `clock`: one of them must be tried before
  // `first`, for the two to change places.
  [[nodiscard]] ContextSet initials(std::size_t first, const Step& second,
                                    const Clock& clock) const;

 private:
  struct Last {  // steps that touched an object
    int write = -1, acquire = -1, release = -1;
    std::vector<int> reads, signals;
  };
  [[nodiscard]] Clock clock_of(const Step& step) const;
  [[nodiscard]] const Last* last(std::uint64_t object) const;
  [[nodiscard]] std::vector<int> conflicting(const Step& step) const;
  [[nodiscard]] bool precedes(std::size_t step, const Clock& clock) const {
    return clock[steps_[step].context] >= static_cast<int>(step) + 1;
  }

  const std::vector<Step>& steps_;
  std::vector<Clock> clocks_;  // of the steps noted
  std::vector<int> previous_;  // by context: its last step, or -1
  std::unordered_map<std::uint64_t, Last> last_;
};

}  // namespace poolrace::sim
