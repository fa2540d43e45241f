// SPDX-License-Identifier: MIT
#include "models/platform.hpp"

namespace poolrace::models {

SimPlatform::SimPlatform(const PlatformParts& parts, CpuId worker_cpu) : parts_(parts) {
  worker_ = &parts_.cpus.spawn(worker_cpu, "kworker", [this] { worker_body(); });
}

SimPlatform::ConsumerScope::ConsumerScope(SimPlatform& p, ConsumerOwner& owner)
    : owner_(owner), mine_(false) {
  const sim::Context* me = &p.parts_.cpus.world().self();
  if (owner.inside != nullptr && owner.inside != me)
    p.parts_.checker.report(Kind::cache_corruption, Harm::corruption, "alloc cache: enter",
                            "consumer " + owner.inside->name());
  mine_ = owner.inside == nullptr;
  if (mine_) owner.inside = me;
}

SimPlatform::ConsumerScope::~ConsumerScope() {
  if (mine_) owner_.inside = nullptr;
}

// Called where a tracking entry has just been read: an entry outlives its page only if somebody
// forgot to erase it.
void SimPlatform::tracker_used(Page page, const char* site) {
  if (!page)
    parts_.checker.report(Kind::tracker_corruption, Harm::crash, site, "the item was given back");
  else if (page.stale())
    parts_.checker.report(Kind::tracker_corruption, Harm::crash, site, "page allocator: free",
                          page.frame().id);
}

void SimPlatform::assert_not_hardirq(const char* site) {
  if (parts_.cpus.in_hardirq())
    parts_.checker.report(Kind::wrong_context, Harm::none, site, "hard interrupt");
}

void SimPlatform::free_once(Region& region) {
  if (region.alive()) {
    parts_.memory.kfree(region);
    if (region.kind() == Region::pool) ++freed_pools_;
  } else {
    parts_.checker.report(Kind::pool_use_after_free, Harm::corruption, "page_pool_destroy: kfree",
                          "freed before");
  }
}

void SimPlatform::rcu_read_lock() {
  if (parts_.memory.effects("rcu_read_lock") == 0) return;
  const Ps began = parts_.cpus.cpu_time();
  parts_.rcu.read_lock();
  time_in_guard_ += parts_.cpus.cpu_time() - began;
}

void SimPlatform::rcu_read_unlock() {
  if (parts_.memory.effects("rcu_read_unlock") == 0) return;
  const Ps began = parts_.cpus.cpu_time();
  parts_.rcu.read_unlock();
  time_in_guard_ += parts_.cpus.cpu_time() - began;
}

void SimPlatform::synchronize(Site site, bool expedited) {
  const Thread& me = parts_.cpus.self();
  if (me.level != Level::task || me.bh_count > 0 || me.preempt_count > 0 || me.rcu_nesting > 0)
    parts_.checker.report(Kind::wrong_context, Harm::none, site.text(), "an atomic section");
  parts_.memory.step(site, parts_.memory.costs().local, expedited);
  const bool waits = parts_.memory.effects(site) != 0;
  if (waits && me.level == Level::task && me.rcu_nesting == 0) parts_.rcu.synchronize(expedited);
  parts_.memory.record(site, 1);
}

// Timers count in jiffies: the work becomes ready at the first tick after its delay.
void SimPlatform::schedule_delayed_work(DelayedWork& work, std::int64_t delay_ms) {
  const int times = parts_.memory.effects("schedule_delayed_work");
  if (work.scheduled || times == 0) return;
  work.scheduled = true;
  if (faults_.free_pools_early) parts_.memory.kfree(*pool_regions_.back());
  const Ps due = parts_.cpus.next_tick_after(parts_.cpus.world().now() + delay_ms * ps_per_ms);
  for (int n = 0; n < times; ++n) run_at(due + n * parts_.cpus.jiffy(), work);
}

void SimPlatform::run_at(Ps due, DelayedWork& work) {
  parts_.timers.at(due, [this, &work] {
    worker_->cpu->raise_irq([this, &work] {
      ready_.push_back(&work);
      parts_.cpus.wake(*worker_);
    });
  });
}

void SimPlatform::worker_body() {
  parts_.cpus.self().doing = "the retry worker";
  for (;;) {
    while (ready_.empty()) parts_.cpus.block();
    DelayedWork* work = ready_.front();
    ready_.erase(ready_.begin());
    work->scheduled = false;
    work->run();
  }
}

}  // namespace poolrace::models
