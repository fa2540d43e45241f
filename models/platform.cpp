// SPDX-License-Identifier: MIT
#include "models/platform.hpp"

namespace poolrace::models {

SimPlatform::SimPlatform(const MachineParts& parts, Rcu& rcu, Timers& timers, CpuId worker_cpu)
    : MachinePlatform(parts), rcu_(rcu), timers_(timers) {
  worker_ = &parts_.cpus.spawn(worker_cpu, "kworker", [this] { worker_body(); });
}

void SimPlatform::rcu_read_lock() {
  if (parts_.memory.effects("rcu_read_lock") == 0) return;
  const Ps began = parts_.cpus.cpu_time();
  rcu_.read_lock();
  time_in_guard_ += parts_.cpus.cpu_time() - began;
}

void SimPlatform::rcu_read_unlock() {
  if (parts_.memory.effects("rcu_read_unlock") == 0) return;
  const Ps began = parts_.cpus.cpu_time();
  rcu_.read_unlock();
  time_in_guard_ += parts_.cpus.cpu_time() - began;
}

void SimPlatform::synchronize(Site site, bool expedited) {
  const Thread& me = parts_.cpus.self();
  if (me.level != Level::task || me.bh_count > 0 || me.preempt_count > 0 || me.rcu_nesting > 0)
    parts_.checker.report(Kind::wrong_context, Harm::none, site.text(), "an atomic section");
  parts_.memory.step(site, parts_.memory.costs().local, expedited);
  const bool waits = parts_.memory.effects(site) != 0;
  if (waits && me.level == Level::task && me.rcu_nesting == 0) rcu_.synchronize(expedited);
  parts_.memory.record(site, 1);
}

// Timers count in jiffies: the work becomes ready at the first tick after its delay.
void SimPlatform::schedule_delayed_work(DelayedWork& work, std::int64_t delay_ms) {
  const int times = parts_.memory.effects("schedule_delayed_work");
  if (work.scheduled || times == 0) return;
  work.scheduled = true;
  retry_scheduled();
  const Ps due = parts_.cpus.next_tick_after(parts_.cpus.world().now() + delay_ms * ps_per_ms);
  for (int n = 0; n < times; ++n) run_at(due + n * parts_.cpus.jiffy(), work);
}

void SimPlatform::run_at(Ps due, DelayedWork& work) {
  timers_.at(due, [this, &work] {
    worker_->cpu->raise_irq([this, &work] {
      ready_.push_back(&work);
      parts_.cpus.wake(*worker_);
    });
  });
}

void SimPlatform::worker_body() {
  parts_.cpus.self().doing = doing_retry;
  for (;;) {
    while (ready_.empty()) parts_.cpus.block();
    DelayedWork* work = ready_.front();
    ready_.erase(ready_.begin());
    work->scheduled = false;
    work->run();
  }
}

}  // namespace poolrace::models
