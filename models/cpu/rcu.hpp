// SPDX-License-Identifier: MIT
// RCU grace periods as a mechanism; their length emerges from it.
//
// Normal: a grace-period task starts one, every CPU owes a quiescent state; CPUs pass one at a
// switch, at a tick that finds user code or idle, at idle entry, in ksoftirqd, and report it at
// their next tick.  After the first-fqs time the task scans for CPUs that are or were idle, and
// again after each next-fqs time.  A preempted reader blocks the end until its outermost unlock.
// Without PREEMPT_RCU a reader cannot be preempted; a task outside is one all the same, unless the
// kernel is lazily preemptible: then its tick tells.
// A request during a grace period waits for the next.  The waiter is woken through a softirq
// callback, or directly.
// Expedited: an IPI to every CPU that is not idle; readers answer at their outermost unlock.
// Mirrors kernel/rcu tree: leaf fan-out 16 as a cost per level.  Left out: callback offloading,
// boosting, CPU hotplug, stall warnings (the checker has its own alarm).
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "models/cpu/cpu.hpp"

namespace poolrace::models {

struct RcuParams {
  bool tasks_read = false;      // a task in the kernel is a reader: nothing preempts it
  bool locks_hold_cpu = false;  // rcu_read_lock disables preemption: it is no PREEMPT_RCU
  bool wake_directly = false;   // rcu_normal_wake_from_gp
  Ps read_lock = 0;             // one side of the pair
  Ps scan_per_cpu = 0;          // force-quiescent-state scan, of one CPU
  Ps report = 0;                // a quiescent state on its way up one level
  CpuId gp_cpu = 0;             // where the grace-period task runs
};

class Rcu final : public CpuListener {
 public:
  Rcu(Cpus& cpus, const RcuParams& params);

  void read_lock();
  void read_unlock();
  [[nodiscard]] bool in_reader(const Thread& thread) const;  // explicit or implicit

  void synchronize(bool expedited);  // a task sleeps until all readers of now are gone
  // call_rcu(): runs in a softirq of this CPU once all readers of now are gone.
  void call(std::function<void()> callback);
  void drop_grace_periods(bool drop) { dropped_ = drop; }  // seeded fault: return at once
  void lose_wakeups(bool lose) { wakeups_lost_ = lose; }   // another: the waiter is never told

  void context_switch(Cpu& cpu, Thread& from) override;
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
    bool wakes;           // whoever synchronizes: its wake-up may be direct
    std::function<void()> run;
  };
  struct PerCpu {
    bool owes = false;    // a quiescent state, to the current grace period
    bool passed = false;  // it has passed one, and reports that at its next tick
    bool idled = false;   // it was idle since the grace period began
    bool owes_expedited = false;
    std::vector<Callback> callbacks;  // ready to be called from softirq
    std::vector<Callback> waiting;    // until their grace period has ended
  };

  void gp_body();
  void run_grace_period();
  void wait_for_quiescence(std::int64_t jiffies);
  void force_quiescent_states();
  void finish_grace_period();
  void note_quiescent(CpuId cpu);
  void quiescent(CpuId cpu);  // normal flavour: the report
  void quiescent_expedited(CpuId cpu);
  void unblock(Thread& reader);
  void block_on_preempted(unsigned flavour, std::uint32_t& blocked);
  [[nodiscard]] bool quiet() const { return owing_ == 0 && blocked_normal_ == 0; }
  void synchronize_expedited();
  void expedite_on(Cpu& cpu);
  void softirq();
  void enqueue(bool wakes, std::function<void()> run);

  Cpus& cpus_;
  RcuParams params_;
  std::vector<PerCpu> cpu_;
  std::vector<Thread*> preempted_;  // readers that were switched out inside their section
  Thread* gp_task_ = nullptr;
  std::uint64_t started_ = 0, completed_ = 0, requested_ = 0;
  std::uint32_t owing_ = 0, blocked_normal_ = 0;
  bool gp_waiting_ = false;

  Thread* expedited_waiter_ = nullptr;  // one at a time; others queue behind the mutex
  std::vector<Thread*> expedited_queue_;
  std::uint32_t owing_expedited_ = 0, blocked_expedited_ = 0;
  bool dropped_ = false, wakeups_lost_ = false;
  Ps began_ = ps_never, began_expedited_ = ps_never;
  Ps waited_ = 0, last_wait_began_ = ps_never, last_wait_ended_ = ps_never;
};

}  // namespace poolrace::models
