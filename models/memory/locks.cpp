// SPDX-License-Identifier: MIT
#include "models/memory/locks.hpp"

#include "sim/errors.hpp"

namespace poolrace::models {

void SpinLock::lock(sim::Site site) {
  Cpus& cpus = memory_.cpus();
  cpus.preempt_disable();
  const std::uint32_t me = cpus.world().self().id() + 1;
  // An interrupt taken after a failed attempt may have outlasted the holder: try again then.
  do {
    if (word_.cmpxchg(site, 0, me, Ordering::full) == 0) return;
  } while (word_.peek() == 0);
  Waiter waiter{&cpus.self(), false};
  queue_.push_back(&waiter);
  while (!waiter.granted) cpus.world().park();
  // The holder's hand-over came as a cache line: a remote one, for it wrote it last.
  word_.write(site, me, Ordering::once);
}

void SpinLock::unlock(sim::Site site) {
  Cpus& cpus = memory_.cpus();
  check(word_.peek() == cpus.world().self().id() + 1, "a lock is released by its holder");
  const auto next_holder = [this, &cpus]() -> std::uint32_t {
    if (queue_.empty()) return 0;
    Waiter* next = queue_.front();
    queue_.pop_front();
    next->granted = true;
    cpus.world().unpark(*next->thread->context);
    return next->thread->context->id() + 1;
  };
  word_.write_by(site, next_holder, Ordering::release);
  cpus.preempt_enable();
}

void SpinLock::lock_bh(sim::Site site) {
  memory_.cpus().local_bh_disable();
  lock(site);
}

void SpinLock::unlock_bh(sim::Site site) {
  unlock(site);
  memory_.cpus().local_bh_enable();
}

}  // namespace poolrace::models
