// SPDX-License-Identifier: MIT
// Waiting for RCU.  A callback is only put on its CPU's list.  Which grace period it needs, and that
// one is needed at all, the CPU finds out when RCU's softirq looks at the list, and so does it that
// the grace period is over: the CPU's ticks raise that softirq, so each costs up to a whole one.
// The tick's reasons: a callback is ready; a new one stands there and no grace period is under way;
// one began or ended since the last look; the CPU reports its quiescent state.
// A waiter with a direct wake-up asks for its grace period itself and is woken by its task.
// Left out: that the grace-period task looks at the list of the CPU it runs on, callback floods.
#include <utility>

#include "models/cpu/rcu.hpp"
#include "models/cpu/show.hpp"

namespace poolrace::models {

bool Rcu::needs_tick(const Cpu& cpu) {
  return cpu_[cpu.id()].has_callbacks();
}

bool Rcu::softirq_due(const PerCpu& mine, bool reports) const {
  if (!mine.has_callbacks()) return false;
  const bool new_one_alone = !mine.fresh.empty() && started_ == completed_;
  return !mine.ready.empty() || new_one_alone || mine.seen != progress() || reports;
}

void Rcu::softirq() {
  PerCpu& mine = cpu_[cpus_.self().cpu->id()];
  mine.seen = progress();
  const auto done = [this](const Callback& it) { return it.needs <= completed_; };
  for (Callback& it : mine.waiting)
    if (done(it)) mine.ready.push_back(std::move(it.run));
  std::erase_if(mine.waiting, done);
  if (!mine.fresh.empty()) {
    for (auto& run : std::exchange(mine.fresh, {}))
      mine.waiting.push_back({started_ + 1, std::move(run)});
    request();
  }
  for (const auto& run : std::exchange(mine.ready, {})) run();
}

// A grace period that is under way began before and does not count.  The task may preempt us here.
void Rcu::request() {
  requested_ = started_ + 1;
  cpus_.wake(*gp_task_);
}

void Rcu::call(std::function<void()> callback) {
  if (dropped_) return callback();
  Cpu& cpu = *cpus_.self().cpu;
  cpu_[cpu.id()].fresh.push_back(std::move(callback));
  cpu.keep_tick();
}

// By the grace-period task.  Who is woken may preempt it at once, and wait again.
void Rcu::wake_direct_waiters() {
  std::vector<Callback> served;
  const auto done = [this](const Callback& it) { return it.needs <= completed_; };
  for (Callback& it : direct_)
    if (done(it)) served.push_back(std::move(it));
  std::erase_if(direct_, done);
  for (const Callback& it : served) it.run();
}

void Rcu::synchronize_normal() {
  Thread& me = cpus_.self();
  bool done = false;
  const auto wake_up = [this, &me, &done] {
    done = true;
    cpus_.wake(me);
  };
  if (params_.wake_directly) {
    direct_.push_back({started_ + 1, wake_up});
    request();
  } else {
    call(wake_up);
  }
  while (!done) cpus_.block();
}

void Rcu::synchronize(bool expedited) {
  const Ps began = cpus_.world().now();
  last_wait_began_ = began;
  if (dropped_) return;
  const std::uint32_t who = cpus_.world().self().id();
  show(cpus_, {Event::wait_began, who, expedited});
  while (wakeups_lost_) cpus_.block();
  if (expedited)
    synchronize_expedited();
  else
    synchronize_normal();
  last_wait_ended_ = cpus_.world().now();
  waited_ += last_wait_ended_ - began;
  show(cpus_, {Event::wait_ended, who, expedited});
}

}  // namespace poolrace::models
