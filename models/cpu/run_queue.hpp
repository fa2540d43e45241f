// SPDX-License-Identifier: MIT
// Who runs next on a CPU: whoever has had least of it.
//
// Mirrors the completely fair scheduler up to v6.5 among tasks of equal weight: each task carries
// its virtual runtime, the CPU a floor that never falls.  Who wakes is placed no further behind the
// floor than the sleeper's credit, so that long sleep buys a head start and no monopoly; it
// preempts whoever is ahead of it by more than the wakeup granularity.  A credit larger than the
// granularity is why a sleeper takes the CPU from a hog at once, however short the hog's turn was.
// Left out: weights and cgroups, the debit of a new task (it is placed as a sleeper is), the
// slice's dependence on how many are runnable, EEVDF's lag and deadlines (v6.6 and later).
#pragma once

#include <deque>

#include "models/cpu/thread.hpp"
#include "sim/time.hpp"

namespace poolrace::models {

class RunQueue {
 public:
  RunQueue(Ps sleeper_credit, Ps wakeup_granularity)
      : credit_(sleeper_credit), granularity_(wakeup_granularity) {}

  [[nodiscard]] bool empty() const { return waiting_.empty(); }
  [[nodiscard]] Thread* first() const { return waiting_.front(); }
  void put(Thread& thread);  // behind its equals
  void take_first() { waiting_.pop_front(); }

  void charge(Thread& running, Ps ran);  // it has had that much more of the CPU
  void place(Thread& woken) const;
  [[nodiscard]] bool preempts(const Thread& woken, const Thread& running) const;

 private:
  Ps credit_, granularity_;
  Ps floor_ = 0;  // min_vruntime
  std::deque<Thread*> waiting_;
};

}  // namespace poolrace::models
