// SPDX-License-Identifier: MIT
// RCU grace periods as a mechanism; their length emerges from it.
//
// Normal (rcu.cpp): a grace-period task starts one, every CPU owes a quiescent state; CPUs pass one
// at a switch, at a tick that finds user code or idle, at idle entry, in ksoftirqd, and report it at
// their next tick.  After the first-fqs time the task scans for CPUs that are idle, and again after
// each next-fqs time, when it counts as well who was idle since the first scan: a CPU that was idle
// before that, and is not any more, has to report by itself.  A preempted reader blocks the end
// until its outermost unlock.
// Without PREEMPT_RCU a reader cannot be preempted; a task outside is one all the same, unless the
// kernel is lazily preemptible: then its tick tells.
// A request during a grace period waits for the next.  Who waits by callback asks, and is told, at
// ticks of its own CPU; or the task is asked and tells directly (rcu_wait.cpp).
// Expedited (rcu_expedited.cpp): a worker sends an IPI to every CPU that is not idle; readers answer
// at their outermost unlock.
// Mirrors kernel/rcu tree: leaf fan-out 16 as a cost per level.  Left out: that a CPU hears of a
// grace period's beginning at its tick, so that what it passed before does not count; callback
// offloading, boosting, CPU hotplug, stall warnings (the checker has its own alarm).
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "models/cpu/cpu.hpp"
#include "models/cpu/workqueue.hpp"
#include "sim/chance/random.hpp"

namespace poolrace::models {

struct RcuParams {
  bool tasks_read = false;      // a task in the kernel is a reader: nothing preempts it
  bool locks_hold_cpu = false;  // rcu_read_lock disables preemption: it is no PREEMPT_RCU
  bool wake_directly = false;   // rcu_normal_wake_from_gp
  Ps read_lock = 0;             // one side of the pair
  Ps scan_per_cpu = 0;          // force-quiescent-state scan, of one CPU
  Ps report = 0;                // a quiescent state on its way up one level
  Ps work_spread = 0;           // by how much the expedited worker's beginning varies
  CpuId gp_cpu = 0;             // where the grace-period task runs
};

class Rcu final : public CpuListener {
 public:
  Rcu(Cpus& cpus, const RcuParams& params, const sim::Streams& streams);

  void read_lock();
  void read_unlock();
  [[nodiscard]] bool in_reader(const Thread& thread) const;  // explicit or implicit

  void synchronize(bool expedited);  // a task sleeps until all readers of now are gone
  // call_rcu(): runs in a softirq of this CPU once all readers of now are gone.
  void call(std::function<void()> callback);
  void drop_grace_periods(bool drop) { dropped_ = drop; }  // seeded fault: return at once
  void lose_wakeups(bool lose) { wakeups_lost_ = lose; }   // another: the waiter is never told

  void context_switch(Cpu& cpu, Thread* from) override;
  void idle_entered(Cpu& cpu) override;
  void tick(Cpu& cpu, bool from_user_or_idle) override;
  void ksoftirqd_pass(Cpu& cpu) override;
  bool needs_tick(const Cpu& cpu) override;

  // Since when the oldest grace period under way has been waiting for readers; or ps_never.
  [[nodiscard]] Ps in_grace_since() const { return std::min(began_, began_expedited_); }
  [[nodiscard]] Ps waited() const { return waited_; }  // by synchronize(), all calls together
  [[nodiscard]] Ps last_wait_began() const { return last_wait_began_; }
  [[nodiscard]] Ps last_wait_ended() const { return last_wait_ended_; }
  [[nodiscard]] std::uint64_t grace_periods() const { return completed_; }

 private:
  enum Flavour : unsigned { normal = 1, expedited_gp = 2 };  // bits of Thread::rcu_blocked
  struct Callback {
    std::uint64_t needs;  // the grace period that must have ended
    std::function<void()> run;
  };
  struct PerCpu {
    bool owes = false;    // a quiescent state, to the current grace period
    bool passed = false;  // it has passed one, and reports that at its next tick
    bool idled = false;   // it was idle since the first scan of the grace period
    bool owes_expedited = false;
    std::vector<std::function<void()>> fresh;  // callbacks: new, not yet looked at,
    std::vector<Callback> waiting;             // until their grace period has ended,
    std::vector<std::function<void()>> ready;  // to be called
    std::uint64_t seen = 0;                    // progress() when this CPU last looked at them
    [[nodiscard]] bool has_callbacks() const {
      return !fresh.empty() || !waiting.empty() || !ready.empty();
    }
  };

  void gp_body();
  void run_grace_period();
  void wait_for_quiescence(std::int64_t jiffies);
  void force_quiescent_states(bool first);
  void finish_grace_period();
  void note_quiescent(CpuId cpu);
  void quiescent(CpuId cpu);  // normal flavour: the report
  void unblock(Thread& reader);
  void block_on_preempted(unsigned flavour, std::uint32_t& blocked);
  [[nodiscard]] bool quiet() const { return owing_ == 0 && blocked_normal_ == 0; }

  void softirq();
  [[nodiscard]] bool softirq_due(const PerCpu& mine, bool reports) const;
  [[nodiscard]] std::uint64_t progress() const { return started_ + completed_; }  // gp_seq
  void request();
  void wake_direct_waiters();
  void synchronize_normal();

  void synchronize_expedited();
  void expedited_grace_period();
  void select_leaf(CpuId first);
  void expedite_on(Cpu& cpu);
  void quiescent_expedited(CpuId cpu);
  void tell_expedited();
  [[nodiscard]] bool expedited_over() const {
    return selecting_ == 0 && owing_expedited_ == 0 && blocked_expedited_ == 0;
  }

  Cpus& cpus_;
  RcuParams params_;
  std::vector<PerCpu> cpu_;
  std::vector<Thread*> preempted_;  // readers that were switched out inside their section
  std::vector<Callback> direct_;    // of waiters that the grace-period task wakes itself
  Thread* gp_task_ = nullptr;
  std::uint64_t started_ = 0, completed_ = 0, requested_ = 0;
  std::uint32_t owing_ = 0, blocked_normal_ = 0;
  bool gp_waiting_ = false;

  Workqueue gp_wq_;
  Thread* expedited_waiter_ = nullptr;    // the worker
  std::vector<Thread*> expedited_queue_;  // who wants one: the first has it, a mutex for the others
  std::uint32_t selecting_ = 0, owing_expedited_ = 0, blocked_expedited_ = 0;
  bool dropped_ = false, wakeups_lost_ = false;
  Ps began_ = ps_never, began_expedited_ = ps_never;
  Ps waited_ = 0, last_wait_began_ = ps_never, last_wait_ended_ = ps_never;
};

}  // namespace poolrace::models
