// SPDX-License-Identifier: MIT
// Who runs on a CPU, and how it comes by it.  The waking and switching of tasks is in sched.cpp.
#include "models/cpu/cpu.hpp"

#include <utility>

#include "models/cpu/watch.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

Cpu::Cpu(Cpus& cpus, CpuId id)
    : cpus_(cpus),
      id_(id),
      issue_(cpus.params_.issue),
      queue_(cpus.params_.sleeper_credit, cpus.params_.wakeup_granularity) {}

Thread* Cpu::running() const {
  if (irq_active_) return const_cast<Thread*>(&irq_);
  if (softirq_active_) return const_cast<Thread*>(&softirq_);
  return task_;
}

Ps Cpu::busy() const {
  return busy_before_ + (busy_since_ == ps_never ? 0 : cpus_.world_.now() - busy_since_);
}

void Cpu::resume(Thread& thread, Ps extra) {
  cpus_.world_.resume(*thread.context);
  if (extra > 0) cpus_.world_.extend(*thread.context, extra);
  if (thread.off_since != ps_never)
    thread.off_total += cpus_.world_.now() - std::exchange(thread.off_since, ps_never) + extra;
}

void Cpus::update_counter(Ps latency) {
  if (timers_ == nullptr || latency == 0) return;
  Cpu& cpu = *self().cpu;
  if (cpu.issue_.in_order()) return compute(latency);
  take_irqs();
  const Ps slot = params_.issue_slot;
  world_.advance(cpu.issue_.update(world_.now(), slot, latency, cpu.counters_ready_));
}

void Cpus::watch(Watcher* watcher) {
  watcher_ = watcher;
  for (const auto& cpu : cpus_) cpu->show_owner();
}

void Cpus::tell(Seen seen) {
  seen.at = world_.now();
  if (world_.in_context()) seen.context = world_.self().id();
  watcher_->see(seen);
  if (watcher_->enough()) world_.stop();
}

void Cpu::show_owner() {
  if (cpus_.watcher_ == nullptr) [[likely]]
    return;
  Seen seen{Event::cpu, id_, task_ != nullptr ? std::uint64_t{task_->context->id()} + 1 : 0};
  if (const Thread* owner = running()) {
    static constexpr CpuMode modes[] = {CpuMode::hardirq, CpuMode::softirq, CpuMode::task};
    seen.mode = modes[static_cast<std::size_t>(owner->level)];
    seen.context = owner->context->id();
  }
  seen.at = cpus_.world_.now();
  cpus_.watcher_->see(seen);
}

void Cpu::show_preempted(const Thread& thread) {
  if (cpus_.watched()) [[unlikely]]
    cpus_.tell({Event::preempted, thread.context->id()});
}

void Cpu::became_busy() {
  if (busy_since_ == ps_never) busy_since_ = cpus_.world_.now();
}

void Cpu::became_idle() {
  busy_before_ = busy();
  busy_since_ = ps_never;
}

// ---- hard interrupts -------------------------------------------------------------------------

void Cpu::raise_irq(std::function<void()> handler) {
  irqs_.push_back(std::move(handler));
  if (irq_active_ || frozen_) return;  // its loop will find it, or end_theft()
  Thread* top = running();
  const bool executing = top != nullptr && cpus_.on_cpu() && &cpus_.self() == top;
  if (executing || (top != nullptr && top->in_step)) return;  // taken at the end of the step
  if (top != nullptr) {
    cpus_.world_.suspend(*top->context);
    top->off_since = cpus_.world_.now();
  }
  enter_irq(top == nullptr);
}

void Cpu::enter_irq(bool from_idle) {
  became_busy();
  irq_active_ = true;
  irq_from_idle_ = from_idle;
  cpus_.world_.unpark(*irq_.context);
  show_owner();
}

// The running context gives way to interrupts that waited for the end of its step.
void Cpus::take_irqs() {
  Thread& me = self();
  Cpu& cpu = *me.cpu;
  if (cpu.irqs_.empty() || cpu.irq_active_) return;
  cpu.enter_irq(false);
  me.off_since = world_.now();
  world_.suspend_self();
}

void Cpu::irq_body() {
  for (;;) {
    cpus_.world_.park();
    const CpuParams& cost = cpus_.params_;
    cpus_.world_.advance(cost.irq_entry + (irq_from_idle_ ? cost.idle_exit : 0));
    do {
      while (!irqs_.empty()) {
        const auto handler = std::move(irqs_.front());
        irqs_.pop_front();
        if (handler) handler();
      }
      cpus_.world_.advance(cost.irq_exit);
    } while (!irqs_.empty());
    irq_active_ = false;
    irq_return();
  }
}

void Cpu::irq_return() {
  if (softirq_active_) {
    resume(softirq_);
    show_owner();
  } else if (pending_ != 0 && softirq_admitted()) {
    start_softirq();
  } else {
    give_back();
  }
}

// ---- softirqs ---------------------------------------------------------------------------------

bool Cpu::softirq_admitted() const {
  return task_ == nullptr || task_->bh_count == 0;
}

void Cpu::start_softirq() {
  became_busy();
  softirq_active_ = true;
  cpus_.world_.unpark(*softirq_.context);
  show_owner();
}

void Cpu::raise_softirq(SoftirqKind kind) {
  pending_ |= 1U << static_cast<unsigned>(kind);
  if (irq_active_ || softirq_active_) return;  // run at irq exit, or by the loop that runs now
  if (task_ != nullptr && task_->bh_count > 0) return;  // run when bottom halves are enabled
  wake(*ksoftirqd_, false);
}

unsigned Cpu::take_pending() {
  const unsigned taken = pending_;
  pending_ = 0;
  return taken;
}

void Cpu::run_handlers(unsigned pending) {
  for (unsigned kind = 0; kind < softirq_kinds; ++kind)
    if (((pending >> kind) & 1U) != 0 && cpus_.handlers_[kind]) cpus_.handlers_[kind]();
}

void Cpu::softirq_body() {
  sim::World& world = cpus_.world_;
  for (;;) {
    world.park();
    cpus_.compute(cpus_.params_.softirq_entry);
    const Ps started = softirq_.bh_off_since = world.now();
    int restarts = cpus_.params_.softirq_restarts;
    for (;;) {
      run_handlers(take_pending());
      cpus_.take_irqs();  // these may raise more: nothing comes between the test and the end
      if (pending_ == 0) break;
      if (world.now() - started < cpus_.params_.softirq_limit && --restarts > 0) continue;
      wake(*ksoftirqd_, false);
      break;
    }
    softirq_active_ = false;
    give_back();
  }
}

// The rest of a long softirq load runs as a task, one pass at a time.
void Cpu::ksoftirqd_body() {
  for (;;) {
    while (pending_ == 0) cpus_.block();
    ++cpus_.self().bh_count;
    cpus_.self().bh_off_since = cpus_.world_.now();
    if (const unsigned taken = take_pending()) run_handlers(taken);
    --cpus_.self().bh_count;
    if (cpus_.listener_ != nullptr) cpus_.listener_->ksoftirqd_pass(*this);
    cpus_.cond_resched();
  }
}

// ---- the clock tick -----------------------------------------------------------------------------

Ps Cpus::next_tick_after(Ps date) const {
  const Ps period = jiffy();
  const Ps since = date - params_.tick_phase;
  const Ps whole = since >= 0 ? since / period + 1 : -((-since - 1) / period);
  return params_.tick_phase + whole * period;
}

// A tick that was stopped stays in the timer hardware's list and does nothing when it is due.
void Cpu::arm_tick() {
  tick_stopped_ = false;
  if (tick_armed_) return;
  tick_armed_ = true;
  cpus_.timers_->at(cpus_.next_tick_after(cpus_.world_.now()), [this] {
    tick_armed_ = false;
    if (tick_stopped_) return;
    const bool from_user_or_idle = idle() || (running() == task_ && task_->in_user);
    raise_irq([this, from_user_or_idle] { tick(from_user_or_idle); });
  });
}

void Cpu::tick(bool from_user_or_idle) {
  if (cpus_.listener_ != nullptr) cpus_.listener_->tick(*this, from_user_or_idle);
  const bool slice_over =
      task_ != nullptr && cpus_.world_.now() - task_->on_since >= cpus_.params_.slice;
  urgent_ = need_resched_;
  if (slice_over && !queue_.empty()) need_resched_ = true;
  arm_tick();  // until the CPU goes idle
}

void Cpu::expire_timer() {
  const bool tick_comes = tick_armed_ && !tick_stopped_;
  if (tick_comes || irq_active_ || !irqs_.empty())
    pending_ |= 1U << static_cast<unsigned>(SoftirqKind::timer);
  else
    raise_irq([this] { raise_softirq(SoftirqKind::timer); });
}

}  // namespace poolrace::models
