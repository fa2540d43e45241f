// SPDX-License-Identifier: MIT
#include "models/cpu/rcu.hpp"

#include <algorithm>
#include <utility>

#include "models/cpu/show.hpp"
#include "models/drawn.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

Rcu::Rcu(Cpus& cpus, const RcuParams& params, const sim::Streams& streams)
    : cpus_(cpus),
      params_(params),
      cpu_(cpus.size()),
      gp_wq_(cpus, "rcu_gp_wq", params.work_spread, streams.stream(drawn::workqueue)) {
  cpus_.listen(this);
  cpus_.on_softirq(SoftirqKind::rcu, [this] { softirq(); });
  gp_task_ = &cpus_.spawn(params.gp_cpu, "rcu_gp", [this] { gp_body(); });
}

// ---- readers ------------------------------------------------------------------------------------

void Rcu::read_lock() {
  ++cpus_.self().rcu_nesting;
  if (params_.locks_hold_cpu) cpus_.preempt_disable();
  cpus_.update_counter(params_.read_lock);
}

void Rcu::read_unlock() {
  cpus_.update_counter(params_.read_lock);
  Thread& me = cpus_.self();
  check(--me.rcu_nesting >= 0, "rcu_read_unlock without rcu_read_lock");
  if (params_.locks_hold_cpu) cpus_.preempt_enable();
  if (me.rcu_nesting > 0 || me.level == Level::hardirq) return;
  std::erase(preempted_, &me);
  if (me.rcu_blocked != 0) unblock(me);
  if (std::exchange(me.rcu_flagged, false) && !in_reader(me)) note_quiescent(me.cpu->id());
  // The expedited IPI found us inside and left us to answer here; in softirq or with bottom halves
  // off the CPU goes on being a reader.
  const CpuId cpu = me.cpu->id();
  if (cpu_[cpu].owes_expedited && !in_reader(me)) quiescent_expedited(cpu);
}

bool Rcu::in_reader(const Thread& thread) const {
  if (thread.rcu_nesting > 0 || thread.bh_count > 0 || thread.level != Level::task) return true;
  return thread.preempt_count > 0 || (params_.tasks_read && !thread.in_user);
}

// ---- what CPUs report ---------------------------------------------------------------------------

void Rcu::context_switch(Cpu& cpu, Thread* from) {
  if (from != nullptr && from->rcu_nesting > 0) {
    // Preempted inside a read section: the debt is no longer the CPU's but the task's.
    const PerCpu& mine = cpu_[cpu.id()];
    const unsigned owed =
        (mine.owes && !mine.passed ? normal : 0U) | (mine.owes_expedited ? expedited_gp : 0U);
    const unsigned added = owed & ~from->rcu_blocked;
    if ((added & normal) != 0) ++blocked_normal_;
    if ((added & expedited_gp) != 0) ++blocked_expedited_;
    from->rcu_blocked |= added;
    if (std::find(preempted_.begin(), preempted_.end(), from) == preempted_.end())
      preempted_.push_back(from);
  }
  note_quiescent(cpu.id());
}

// Readers that were preempted before the grace period began hold it up as well.
void Rcu::block_on_preempted(unsigned flavour, std::uint32_t& blocked) {
  for (Thread* reader : preempted_) {
    if ((reader->rcu_blocked & flavour) != 0) continue;
    reader->rcu_blocked |= flavour;
    ++blocked;
  }
}

void Rcu::unblock(Thread& reader) {
  const unsigned blocked = std::exchange(reader.rcu_blocked, 0);
  if ((blocked & normal) != 0) --blocked_normal_;
  if ((blocked & expedited_gp) != 0) --blocked_expedited_;
  if ((blocked & normal) != 0 && quiet() && gp_waiting_) cpus_.wake(*gp_task_);
  if ((blocked & expedited_gp) != 0) tell_expedited();
}

// The normal flavour hears of it at the CPU's next tick, the expedited one at once.
void Rcu::note_quiescent(CpuId cpu) {
  cpu_[cpu].passed = true;
  quiescent_expedited(cpu);
}

void Rcu::quiescent(CpuId cpu) {
  if (!std::exchange(cpu_[cpu].owes, false)) return;
  --owing_;
  if (quiet() && gp_waiting_) cpus_.wake(*gp_task_);
}

void Rcu::idle_entered(Cpu& cpu) {
  cpu_[cpu.id()].idled = true;
  note_quiescent(cpu.id());
}

void Rcu::ksoftirqd_pass(Cpu& cpu) {
  note_quiescent(cpu.id());
}

void Rcu::tick(Cpu& cpu, bool from_user_or_idle) {
  PerCpu& mine = cpu_[cpu.id()];
  if (from_user_or_idle) mine.passed = true;
  // A task outside any read section is quiescent wherever it stands, if tasks can be preempted.
  Thread* task = cpu.task();
  if (!params_.tasks_read && !cpu.in_softirq_now() && task != nullptr) {
    if (!in_reader(*task))
      mine.passed = true;
    else if (mine.owes && !mine.passed && task->rcu_nesting > 0)
      task->rcu_flagged = true;
  }
  const bool reports = mine.owes && mine.passed;
  if (reports) quiescent(cpu.id());
  if (softirq_due(mine, reports)) cpu.raise_softirq(SoftirqKind::rcu);
}

// ---- the grace-period task ----------------------------------------------------------------------

void Rcu::gp_body() {
  for (;;) {
    while (requested_ <= completed_) cpus_.block();
    run_grace_period();
  }
}

void Rcu::run_grace_period() {
  ++started_;
  began_ = cpus_.world().now();
  show(cpus_, {Event::grace_began, 0});
  for (CpuId id = 0; id < cpus_.size(); ++id) {
    cpu_[id].owes = true;
    cpu_[id].passed = false;
    ++owing_;
  }
  block_on_preempted(normal, blocked_normal_);
  const std::int64_t first =
      1 + (cpus_.params().hz > 250) + (cpus_.params().hz > 500) + cpus_.size() / 256;
  wait_for_quiescence(first);
  for (bool again = false; !quiet(); again = true) {
    force_quiescent_states(!again);
    if (!quiet()) wait_for_quiescence(first);
  }
  began_ = ps_never;
  show(cpus_, {Event::grace_ended, 0});
  finish_grace_period();
}

// A timeout armed just after a tick expires one tick later: jiffies count whole ticks.
void Rcu::wait_for_quiescence(std::int64_t jiffies) {
  const Ps expires = cpus_.next_tick_after(cpus_.world().now()) + jiffies * cpus_.jiffy();
  bool expired = false;
  const auto timer = cpus_.timers().at(expires, [this, &expired] {
    expired = true;
    gp_task_->cpu->raise_irq([this] { cpus_.wake(*gp_task_); });
  });
  gp_waiting_ = true;
  while (!expired && !quiet()) cpus_.block();
  gp_waiting_ = false;
  cpus_.timers().cancel(timer);
}

// CPUs that are idle will not say so themselves.  The first scan begins to remember who is.
void Rcu::force_quiescent_states(bool first) {
  for (CpuId id = 0; id < cpus_.size(); ++id) {
    if (!cpu_[id].owes) continue;
    cpus_.compute(params_.scan_per_cpu);
    if (first) cpu_[id].idled = false;
    if (cpu_[id].idled || cpus_[id].idle()) quiescent(id);
  }
}

void Rcu::finish_grace_period() {
  std::uint32_t levels = 1;
  for (std::uint32_t n = (cpus_.size() + 15) / 16; n > 1; n = (n + 63) / 64) ++levels;
  cpus_.compute(params_.report * levels);
  completed_ = started_;
  wake_direct_waiters();
}

}  // namespace poolrace::models
