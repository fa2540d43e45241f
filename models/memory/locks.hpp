// SPDX-License-Identifier: MIT
// Spin locks, in the order of arrival (as queued spin locks are).  Waiting is a context that is
// parked on its CPU: interrupts still reach it, preemption does not.  lock_bh() also keeps
// softirqs off this CPU.  A mutex is a spin lock that sleeps; the models need none.
#pragma once

#include <deque>

#include "models/memory/words.hpp"

namespace poolrace::models {

class SpinLock {
 public:
  SpinLock(Memory& memory, Line& line) : memory_(memory), word_(line, 0) {}

  void lock(sim::Site site);
  void unlock(sim::Site site);
  void lock_bh(sim::Site site);
  void unlock_bh(sim::Site site);

 private:
  Memory& memory_;
  Word<std::uint32_t> word_;  // 0 free, else the holder's context id + 1
  struct Waiter {
    Thread* thread;
    bool granted;
  };
  std::deque<Waiter*> queue_;
};

}  // namespace poolrace::models
