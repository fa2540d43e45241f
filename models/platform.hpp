// SPDX-License-Identifier: MIT
// The pool's Platform on the machine with time: locks that queue, RCU's grace periods, a kworker
// that runs at the tick after its delay; the rest is MachinePlatform's.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "models/cpu/rcu.hpp"
#include "models/cpu/timers.hpp"
#include "models/machine_platform.hpp"
#include "models/memory/locks.hpp"
#include "pool/platform.hpp"

namespace poolrace::models {

class SimPlatform : public MachinePlatform {
 public:
  template <class T>
  using Plain = pool::Unwatched<T>;

  class SpinLock {
   public:
    SpinLock(SimPlatform& p, Line& line) : memory_(p.parts_.memory), lock_(memory_, line) {}
    void lock(Site site) {
      if (memory_.effects(site) != 0) lock_.lock(site);
    }
    void unlock(Site site) {
      if (memory_.effects(site) != 0) lock_.unlock(site);
    }
    void lock_bh(Site site) {
      if (memory_.effects("local_bh_disable") != 0) memory_.cpus().local_bh_disable();
      lock(site);
    }
    void unlock_bh(Site site) {
      unlock(site);
      if (memory_.effects("local_bh_enable") != 0) memory_.cpus().local_bh_enable();
    }

   private:
    Memory& memory_;
    models::SpinLock lock_;
  };

  SimPlatform(const MachineParts& parts, Rcu& rcu, Timers& timers, CpuId worker_cpu);

  // The guard: its time is what the guarded sync costs over the bare one.
  void rcu_read_lock();
  void rcu_read_unlock();
  [[nodiscard]] Ps time_in_guard() const { return time_in_guard_; }
  void synchronize_rcu(Site site) { synchronize(site, false); }
  void synchronize_net(Site site) { synchronize(site, rtnl_held_); }
  void call_rcu(std::function<void()> callback) { rcu_.call(std::move(callback)); }
  void hold_rtnl(bool held) { rtnl_held_ = held; }

  template <class T>
  void one_bitfield(Word<T>&, Word<T>&) {}
  void msleep(Site site, std::int64_t ms) {
    parts_.memory.step(site, parts_.memory.costs().local, 0);
    parts_.cpus.sleep_until(parts_.cpus.world().now() + ms * ps_per_ms);
  }

  std::int64_t now_ms() { return parts_.cpus.world().now() / ps_per_ms; }
  void schedule_delayed_work(DelayedWork& work, std::int64_t delay_ms);

  // For pools that bring words and locks of their own (models/linux).
  [[nodiscard]] const MachineParts& parts() const { return parts_; }

 private:
  void synchronize(Site site, bool expedited);
  void run_at(Ps due, DelayedWork& work);
  void worker_body();

  Rcu& rcu_;
  Timers& timers_;
  Thread* worker_ = nullptr;
  std::vector<DelayedWork*> ready_;
  bool rtnl_held_ = false;
  Ps time_in_guard_ = 0;
};

}  // namespace poolrace::models
