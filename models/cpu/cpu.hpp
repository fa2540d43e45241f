// SPDX-License-Identifier: MIT
// CPUs as the kernel sees them: hard interrupts over softirqs over tasks, each a context of its
// own, so that an interrupt really stands between two instructions of what it interrupts.
//
// Mirrors: irq entry and exit, softirq at irq exit and at local_bh_enable (2 ms / 10 restarts,
// then ksoftirqd), preempt_count, need_resched by tick and by wakeup, the three preemption
// models, a fair run queue with a time slice, dynticks idle (the tick stops as the CPU goes idle),
// IPIs, a stolen vCPU (theft.hpp).
// Left out: priorities among tasks, load balancing, nested interrupts, threaded irqs; the idle
// governor, which lets the tick go on when it expects to be idle for less than one.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "models/choices.hpp"
#include "models/cpu/issue.hpp"
#include "models/cpu/run_queue.hpp"
#include "models/cpu/thread.hpp"
#include "models/cpu/timers.hpp"
#include "models/ids.hpp"
#include "sim/worlds/world.hpp"

namespace poolrace::models {

enum class SoftirqKind : std::uint8_t { timer, net_rx, rcu };
inline constexpr std::size_t softirq_kinds = 3;

struct CpuParams {
  std::uint32_t cpus = 4;
  PreemptModel preempt = PreemptModel::full;
  std::int64_t hz = 250;
  Ps irq_entry = 0, irq_exit = 0;  // hardirq entry and exit
  Ps softirq_entry = 0;
  Ps context_switch = 0;
  Ps ipi = 0;                         // round trip
  Ps bh_toggle = 0;                   // local_bh_disable + local_bh_enable
  Ps idle_exit = 0;                   // from idle to the first instruction
  Ps slice = 3 * ps_per_ms;           // scheduler time slice
  Ps wakeup_granularity = ps_per_ms;  // a woken task preempts one that is ahead by more than this
  Ps sleeper_credit = 3 * ps_per_ms;  // and who has slept is placed so far behind
  Ps softirq_limit = 2 * ps_per_ms;
  int softirq_restarts = 10;
  Ps tick_phase = 0;  // date of the first tick
  IssueParams issue;
  Ps issue_slot = 0;  // of a step's instructions, out of order
};

class Cpu;
class Cpus;
class Watcher;
struct Seen;

// What RCU needs to hear from the CPUs.
class CpuListener {
 public:
  virtual ~CpuListener() = default;
  virtual void context_switch(Cpu& cpu, Thread* from) = 0;  // null: from the idle loop
  virtual void idle_entered(Cpu& cpu) = 0;
  virtual void tick(Cpu& cpu, bool from_user_or_idle) = 0;
  virtual void ksoftirqd_pass(Cpu& cpu) = 0;
  virtual bool needs_tick(const Cpu& cpu) = 0;  // though it is idle
};

class Cpu {
 public:
  Cpu(Cpus& cpus, CpuId id);
  [[nodiscard]] CpuId id() const { return id_; }
  [[nodiscard]] bool idle() const { return task_ == nullptr && !irq_active_ && !softirq_active_; }
  [[nodiscard]] Thread* task() const { return task_; }
  [[nodiscard]] Thread* running() const;  // who owns the CPU now; null when idle

  void raise_irq(std::function<void()> handler);  // from devices and other CPUs
  void raise_softirq(SoftirqKind kind);           // runs at irq exit, bh enable or in ksoftirqd
  [[nodiscard]] bool softirq_pending(SoftirqKind kind) const {
    return (pending_ >> static_cast<unsigned>(kind)) & 1U;
  }
  // A timer of this CPU's wheel expires at the jiffy of now: its softirq follows the tick, and where
  // the tick is stopped, an interrupt of the timer's own.
  void expire_timer();
  // The hypervisor runs somebody else: nothing happens on this CPU until now + duration, or until
  // the end of a theft under way if that is later.  Called by devices, never by the CPU itself.
  void steal(Ps duration);
  [[nodiscard]] bool frozen() const { return frozen_; }  // stolen right now
  [[nodiscard]] Ps stolen() const;                       // in all so far, as /proc/stat's steal
  [[nodiscard]] bool in_softirq_now() const { return softirq_active_; }
  [[nodiscard]] Ps busy() const;    // time not idle so far
  void keep_tick() { arm_tick(); }  // RCU has callbacks here, even if the CPU goes idle
  void request_resched() { need_resched_ = urgent_ = true; }
  IssueWindow& issue() { return issue_; }

 private:
  friend class Cpus;
  void irq_body();
  void softirq_body();
  void ksoftirqd_body();
  void enter_irq(bool from_idle);
  void irq_return();
  [[nodiscard]] bool softirq_admitted() const;
  void start_softirq();
  unsigned take_pending();
  void run_handlers(unsigned pending);
  void arm_tick();
  void tick(bool from_user_or_idle);

  [[nodiscard]] bool preemptible_now() const;
  void give_back();
  void charge();
  [[nodiscard]] bool nobody_better();
  void switch_out(Thread& from);
  void reschedule_alone();
  void resume(Thread& thread, Ps extra = 0);
  void became_busy();
  void became_idle();
  void dispatch_next(Ps extra);
  void leave_idle(Ps extra);
  void go_idle();
  void leave(Thread& me);
  void wake(Thread& thread, bool remote);
  void end_theft();
  void show_owner();
  void show_preempted(const Thread& thread);

  Cpus& cpus_;
  CpuId id_;
  Thread irq_, softirq_;
  Thread* ksoftirqd_ = nullptr;
  std::deque<std::function<void()>> irqs_;
  unsigned pending_ = 0;  // softirqs, by kind
  bool irq_active_ = false, irq_from_idle_ = false, softirq_active_ = false;
  bool tick_armed_ = false, tick_stopped_ = false, need_resched_ = false, switching_ = false;
  bool urgent_ = false;  // lazy: a tick has passed since, so that the kernel yields as well
  Ps busy_since_ = ps_never, busy_before_ = 0;
  bool frozen_ = false;
  Ps stolen_since_ = 0, stolen_until_ = 0;  // while frozen
  Ps stolen_before_ = 0;
  IssueWindow issue_;
  Ready counters_ready_;    // of preempt_count and RCU's nesting: in one line, changed in turn
  Thread* task_ = nullptr;  // whose turn it is among tasks, interrupted or not
  RunQueue queue_;
};

class Cpus {
 public:
  Cpus(sim::World& world, Timers& timers, const CpuParams& params);
  // Without time: no interrupts, ticks or scheduler of their own; the explorer decides who runs,
  // and private work is none of its business.
  Cpus(sim::World& world, const CpuParams& params);
  ~Cpus();

  // A task bound to a CPU, runnable at once.
  Thread& spawn(CpuId cpu, std::string name, std::function<void()> body);
  Thread& adopt(CpuId cpu, Level level, sim::Context& context);  // of a machine without time
  void on_softirq(SoftirqKind kind, std::function<void()> handler);
  void listen(CpuListener* listener) { listener_ = listener; }
  void watch(Watcher* watcher);  // before the run; null: nobody
  [[nodiscard]] bool watched() const { return watcher_ != nullptr; }
  void tell(Seen seen);  // the watcher, of something that is done here and now (see show.hpp)

  // For the code that runs on a CPU: all of these act on the calling thread.
  Thread& self() { return *static_cast<Thread*>(world_.self().user); }
  [[nodiscard]] bool on_cpu() { return world_.in_context() && world_.self().user != nullptr; }
  void compute(Ps d) {  // private work; interrupts cut into it
    if (timers_ == nullptr) [[unlikely]]
      return;
    take_irqs();
    world_.advance(d);
  }
  // preempt_count or RCU's nesting is changed: a chain of its own, hidden behind other work if the
  // core runs ahead.  `latency`: what it costs alone.
  void update_counter(Ps latency);
  // The calling thread's own clock: stands still while something else has its CPU.
  Ps cpu_time() { return world_.now() - self().off_total; }
  void step_begin(Ps cost) {
    self().in_step = true;
    world_.advance(cost);
  }
  void step_end();  // after the effect: interrupts that came meanwhile are taken now
  void block();     // sleep until wake()
  void wake(Thread& thread);
  void sleep_until(Ps date);
  void local_bh_disable();
  void local_bh_enable();
  void preempt_disable() { ++self().preempt_count; }
  void preempt_enable();
  void cond_resched();  // a voluntary preemption point
  void enter_user();
  void leave_user() { self().in_user = false; }
  bool in_softirq() { return self().level == Level::softirq || self().bh_count > 0; }
  bool in_hardirq() { return self().level == Level::hardirq; }

  Cpu& operator[](CpuId id) { return *cpus_[id]; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(cpus_.size()); }
  [[nodiscard]] const CpuParams& params() const { return params_; }
  [[nodiscard]] sim::World& world() { return world_; }
  [[nodiscard]] Ps jiffy() const { return ps_per_s / params_.hz; }
  [[nodiscard]] Ps next_tick_after(Ps date) const;
  Timers& timers() { return *timers_; }

 private:
  friend class Cpu;
  void make_thread(Thread& thread, Cpu& cpu, Level level, std::string name,
                   std::function<void()> body);
  void take_irqs();
  void preempt_self_if_due();  // where the kernel is preemptible
  void yield_if_due();         // where it asks to be

  sim::World& world_;
  Timers* timers_;  // null: without time
  CpuParams params_;
  CpuListener* listener_ = nullptr;
  Watcher* watcher_ = nullptr;
  std::vector<std::unique_ptr<Cpu>> cpus_;
  std::vector<std::unique_ptr<Thread>> threads_;
  std::array<std::function<void()>, softirq_kinds> handlers_;
};

}  // namespace poolrace::models
