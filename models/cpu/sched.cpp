// SPDX-License-Identifier: MIT
// Tasks: sleeping, waking, being preempted.  A task that is off its CPU is a suspended context.
#include <utility>

#include "models/cpu/cpu.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

Cpus::Cpus(sim::World& world, Timers& timers, const CpuParams& params)
    : world_(world), timers_(&timers), params_(params) {
  for (CpuId id = 0; id < params.cpus; ++id) {
    cpus_.push_back(std::make_unique<Cpu>(*this, id));
    Cpu& cpu = *cpus_.back();
    const std::string suffix = "/" + std::to_string(id);
    make_thread(cpu.irq_, cpu, Level::hardirq, "irq" + suffix, [&cpu] { cpu.irq_body(); });
    make_thread(cpu.softirq_, cpu, Level::softirq, "softirq" + suffix,
                [&cpu] { cpu.softirq_body(); });
    cpu.ksoftirqd_ = &spawn(id, "ksoftirqd" + suffix, [&cpu] { cpu.ksoftirqd_body(); });
  }
}

Cpus::Cpus(sim::World& world, const CpuParams& params)
    : world_(world), timers_(nullptr), params_(params) {
  for (CpuId id = 0; id < params.cpus; ++id) cpus_.push_back(std::make_unique<Cpu>(*this, id));
}

Cpus::~Cpus() = default;

Thread& Cpus::adopt(CpuId cpu, Level level, sim::Context& context) {
  check(cpu < cpus_.size(), "a context is adopted by a CPU that exists");
  threads_.push_back(std::make_unique<Thread>());
  Thread& thread = *threads_.back();
  thread.cpu = cpus_[cpu].get();
  thread.level = level;
  thread.name = context.name();
  thread.context = &context;
  context.user = &thread;
  return thread;
}

void Cpus::make_thread(Thread& thread, Cpu& cpu, Level level, std::string name,
                       std::function<void()> body) {
  static constexpr sim::Priority priority[] = {sim::Priority::hardirq, sim::Priority::softirq,
                                               sim::Priority::task};
  thread.cpu = &cpu;
  thread.level = level;
  thread.name = name;
  thread.context =
      &world_.spawn(std::move(name), priority[static_cast<std::size_t>(level)], std::move(body));
  thread.context->user = &thread;
}

Thread& Cpus::spawn(CpuId id, std::string name, std::function<void()> body) {
  check(id < cpus_.size(), "a task is spawned on a CPU that exists");
  threads_.push_back(std::make_unique<Thread>());
  Thread& thread = *threads_.back();
  Cpu& cpu = *cpus_[id];
  make_thread(thread, cpu, Level::task, std::move(name), [this, &cpu, body = std::move(body)] {
    body();
    cpu.leave(self());
  });
  world_.suspend(*thread.context);
  cpu.wake(thread, false);
  return thread;
}

void Cpus::on_softirq(SoftirqKind kind, std::function<void()> handler) {
  handlers_[static_cast<std::size_t>(kind)] = std::move(handler);
}

// ---- giving the CPU to a task -------------------------------------------------------------------

bool Cpu::preemptible_now() const {
  if (task_->preempt_count != 0 || task_->bh_count != 0) return false;
  if (cpus_.params_.preempt == PreemptModel::lazy) return task_->in_user || urgent_;
  return task_->in_user || cpus_.params_.preempt == PreemptModel::full;
}

// Interrupts and softirqs are done: back to the task they stopped, or to a better one.
void Cpu::give_back() {
  if (task_ == nullptr) {
    leave_idle(0);
  } else if (need_resched_ && preemptible_now() && nobody_better()) {
    reschedule_alone();
    resume(*task_);
  } else if (need_resched_ && preemptible_now()) {
    queue_.put(*task_);
    show_preempted(*task_);
    switch_out(*task_);
    dispatch_next(0);
  } else {
    resume(*task_);
  }
  show_owner();
}

void Cpu::charge() {
  if (task_ == nullptr) return;
  const Ps now = cpus_.world_.now();
  queue_.charge(*task_, now - std::exchange(task_->charged_at, now));
}

// Is the running task still the one that has had least?  Equals take turns.
bool Cpu::nobody_better() {
  charge();
  return queue_.empty() || task_->vruntime < queue_.first()->vruntime;
}

// Whom the listener wakes meanwhile is queued, and nobody is switched a second time.
void Cpu::switch_out(Thread& from) {
  charge();
  need_resched_ = urgent_ = false;
  switching_ = true;
  if (cpus_.listener_ != nullptr) cpus_.listener_->context_switch(*this, &from);
  switching_ = false;
  task_ = nullptr;
}

// The scheduler was asked for and finds nobody better; RCU counts it as a switch all the same.
void Cpu::reschedule_alone() {
  need_resched_ = urgent_ = false;
  task_->on_since = cpus_.world_.now();
  if (cpus_.listener_ != nullptr) cpus_.listener_->context_switch(*this, task_);
}

// The CPU has no task: the head of the queue, or idle.
void Cpu::dispatch_next(Ps extra) {
  if (queue_.empty()) return go_idle();
  became_busy();
  task_ = queue_.first();
  queue_.take_first();
  task_->charged_at = cpus_.world_.now();
  task_->on_since = cpus_.world_.now();
  // A task that is woken while it goes to sleep has not left yet: see block().
  if (cpus_.world_.suspended(*task_->context)) {
    resume(*task_, cpus_.params_.context_switch + extra);
  }
  arm_tick();
  show_owner();
}

// An interrupted idle loop goes on, or switches to whom the interrupt has woken.
void Cpu::leave_idle(Ps extra) {
  if (!queue_.empty() && cpus_.listener_ != nullptr)
    cpus_.listener_->context_switch(*this, nullptr);
  dispatch_next(extra);
}

// Unless RCU waits for this CPU's ticks, or a softirq for one, there are none any more, the one that
// is under way included.
// Whom the listener wakes here may have the CPU already.
void Cpu::go_idle() {
  became_idle();
  if (cpus_.listener_ != nullptr) cpus_.listener_->idle_entered(*this);
  const bool rcu_waits = cpus_.listener_ != nullptr && cpus_.listener_->needs_tick(*this);
  if (rcu_waits || (pending_ != 0 && idle()))
    arm_tick();
  else if (idle())
    tick_stopped_ = true;
  show_owner();
}

// The running task leaves for good or to sleep; the caller stops executing right after.
void Cpu::leave(Thread& me) {
  me.runnable = false;
  switch_out(me);
  dispatch_next(0);
}

// ---- waking -------------------------------------------------------------------------------------

void Cpu::wake(Thread& thread, bool remote) {
  if (thread.runnable) {
    thread.wake_pending = true;
    return;
  }
  thread.runnable = true;
  charge();
  queue_.place(thread);
  const bool was_idle = idle() && queue_.empty();
  queue_.put(thread);
  if (was_idle) {
    if (frozen_) return;  // end_theft() finds it
    leave_idle(cpus_.params_.idle_exit + (remote ? cpus_.params_.ipi / 2 : 0));
    return;
  }
  // Interrupts run, whose end dispatches, or a switch is under way, which does.
  if (task_ == nullptr || switching_) return;
  if (!queue_.preempts(thread, *task_)) return;
  need_resched_ = true;
  if (remote) raise_irq(nullptr);  // the reschedule IPI
}

void Cpus::wake(Thread& thread) {
  Cpu& cpu = *thread.cpu;
  const bool remote = !on_cpu() || self().cpu != &cpu;
  cpu.wake(thread, remote);
  if (!remote) preempt_self_if_due();
}

void Cpus::block() {
  take_irqs();
  Thread& me = self();
  check(me.level == Level::task, "only a task sleeps");
  if (me.wake_pending) {
    me.wake_pending = false;
    return;
  }
  me.cpu->leave(me);
  if (me.cpu->task_ == &me) return;
  me.off_since = world_.now();
  world_.suspend_self();
}

void Cpus::sleep_until(Ps date) {
  Thread& me = self();
  const auto timer =
      timers_->at(date, [this, &me] { me.cpu->raise_irq([this, &me] { wake(me); }); });
  while (world_.now() < date) block();
  timers_->cancel(timer);
}

// ---- preemption by its own doing ----------------------------------------------------------------

void Cpus::preempt_self_if_due() {
  Thread& me = self();
  if (me.cpu->task_ != &me || me.cpu->switching_) return;  // not a task, or on its way out
  if (me.level == Level::task && me.cpu->preemptible_now()) yield_if_due();
}

void Cpus::yield_if_due() {
  Thread& me = self();
  Cpu& cpu = *me.cpu;
  if (!cpu.need_resched_) return;
  if (cpu.nobody_better()) {
    cpu.reschedule_alone();
    return;
  }
  cpu.queue_.put(me);
  cpu.show_preempted(me);
  cpu.switch_out(me);
  cpu.dispatch_next(0);
  me.off_since = world_.now();
  world_.suspend_self();
}

// Under `voluntary` and `none` alike a long loop of the kernel offers the CPU here.
void Cpus::cond_resched() {
  take_irqs();
  const Thread& me = self();
  if (me.level == Level::task && me.preempt_count == 0 && me.bh_count == 0) yield_if_due();
}

void Cpus::enter_user() {
  take_irqs();
  yield_if_due();
  self().in_user = true;
}

void Cpus::step_end() {
  self().in_step = false;
  take_irqs();
}

void Cpus::preempt_enable() {
  check(--self().preempt_count >= 0, "preempt_enable without preempt_disable");
  preempt_self_if_due();
}

void Cpus::local_bh_disable() {
  if (self().bh_count++ == 0) self().bh_off_since = world_.now();
  update_counter(params_.bh_toggle);
}

void Cpus::local_bh_enable() {
  Thread& me = self();
  check(--me.bh_count >= 0, "local_bh_enable without local_bh_disable");
  if (me.level != Level::task || me.bh_count > 0) return;
  take_irqs();
  if (me.cpu->pending_ != 0) {
    me.cpu->start_softirq();
    me.off_since = world_.now();
    world_.suspend_self();
  }
  preempt_self_if_due();
}

}  // namespace poolrace::models
