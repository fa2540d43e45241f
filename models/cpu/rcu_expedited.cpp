// SPDX-License-Identifier: MIT
// RCU's expedited grace period: who wants one queues it on the workqueue of its own CPU and sleeps.
// The worker selects the CPUs that have to answer, those of the last leaf itself, those of every
// other by a work item on the leaf's first CPU; each of them an IPI.  What an IPI interrupts
// decides: no reader answers at once, a reader at its outermost unlock or switch.
// Left out: waiters that are content with the grace period of another.
#include <algorithm>
#include <utility>
#include <vector>

#include "models/cpu/rcu.hpp"
#include "models/cpu/show.hpp"

namespace poolrace::models {

namespace {
constexpr CpuId leaf_size = 16;  // RCU_FANOUT_LEAF
}

void Rcu::synchronize_expedited() {
  Thread& me = cpus_.self();
  expedited_queue_.push_back(&me);
  while (expedited_queue_.front() != &me) cpus_.block();
  bool done = false;
  gp_wq_.queue_on(me.cpu->id(), [this, &me, &done] {
    expedited_grace_period();
    done = true;
    cpus_.wake(me);
  });
  while (!done) cpus_.block();
  expedited_queue_.erase(expedited_queue_.begin());
  if (!expedited_queue_.empty()) cpus_.wake(*expedited_queue_.front());
}

// In the worker.  A leaf whose item would fall to this very worker is selected here as well.
void Rcu::expedited_grace_period() {
  expedited_waiter_ = &cpus_.self();
  const CpuId here = expedited_waiter_->cpu->id();
  began_expedited_ = cpus_.world().now();
  show(cpus_, {Event::grace_began, 1});
  std::vector<CpuId> own;
  for (CpuId first = 0; first < cpus_.size(); first += leaf_size) {
    ++selecting_;
    if (first == here || first + leaf_size >= cpus_.size())
      own.push_back(first);
    else
      gp_wq_.queue_on(first, [this, first] { select_leaf(first); });
  }
  for (const CpuId first : own) select_leaf(first);
  while (!expedited_over()) cpus_.block();
  expedited_waiter_ = nullptr;
  began_expedited_ = ps_never;
  show(cpus_, {Event::grace_ended, 1});
}

// Which CPUs owe an answer is decided in one instant: a reader that loses its CPU before is among
// the preempted ones then, and one that does so later takes over its CPU's debt.
void Rcu::select_leaf(CpuId first) {
  const Cpu* mine = cpus_.self().cpu;
  const CpuId end = std::min(first + leaf_size, cpus_.size());
  cpus_.compute(static_cast<Ps>(end - first) * params_.scan_per_cpu);
  for (CpuId id = first; id < end; ++id) {
    if (&cpus_[id] == mine || cpus_[id].idle()) continue;
    cpu_[id].owes_expedited = true;
    ++owing_expedited_;
  }
  block_on_preempted(expedited_gp, blocked_expedited_);
  for (CpuId id = first; id < end; ++id) {
    if (!cpu_[id].owes_expedited) continue;
    cpus_.compute(cpus_.params().ipi / 2);
    Cpu& cpu = cpus_[id];
    cpu.raise_irq([this, &cpu] { expedite_on(cpu); });
  }
  --selecting_;
  tell_expedited();
}

// The IPI handler.
void Rcu::expedite_on(Cpu& cpu) {
  const Thread* task = cpu.task();
  const bool reader = cpu.in_softirq_now() || (task != nullptr && in_reader(*task));
  if (!reader)
    quiescent_expedited(cpu.id());
  else
    cpu.request_resched();  // answered at unlock, or at the context switch asked for here
}

void Rcu::quiescent_expedited(CpuId cpu) {
  if (!std::exchange(cpu_[cpu].owes_expedited, false)) return;
  --owing_expedited_;
  tell_expedited();
}

void Rcu::tell_expedited() {
  if (expedited_over() && expedited_waiter_ != nullptr) cpus_.wake(*expedited_waiter_);
}

}  // namespace poolrace::models
