// SPDX-License-Identifier: MIT
#include "models/traffic/holders.hpp"

#include <algorithm>
#include <utility>

#include "models/cpu/show.hpp"
#include "models/drawn.hpp"
#include "sim/chance/distributions.hpp"

namespace poolrace::models {

Holders::Holders(Cpus& cpus, Timers& timers, const HolderParams& params, const HoldTime& hold_time,
                 const sim::Streams& streams, std::function<void(Page)> put)
    : cpus_(cpus),
      timers_(timers),
      params_(params),
      hold_time_(hold_time),
      hold_stream_(streams.stream(drawn::hold_times)),
      place_stream_(streams.stream(drawn::holders)),
      put_(std::move(put)),
      cpu_(cpus.size()) {
  for (const sim::GivenWord& word : streams.given(drawn::holds))
    given_[word.index] = static_cast<Ps>(std::min<std::uint64_t>(word.value, sim::duration_max));
  cpus.on_softirq(SoftirqKind::timer, [this] { softirq(cpus_.self().cpu->id()); });
  for (CpuId cpu = params.first_cpu; cpu < cpus.size(); ++cpu)
    cpu_[cpu].task =
        &cpus.spawn(cpu, "app/" + std::to_string(cpu), [this, cpu] { task_body(cpu); });
}

void Holders::take(Page page, CpuId home) {
  hold(page, home, hold_time_.draw(hold_stream_).time, hold_laws::fresh);
}

void Holders::take_residual(Page page, CpuId home) {
  hold(page, home, hold_time_.draw_residual(hold_stream_).time, hold_laws::residual);
}

void Holders::take_met(Page page, CpuId home, const HoldTime::Met& met) {
  hold(page, home, met.remaining, hold_laws::aged, met.age);
}

// Where and how it comes back is drawn now, so that variants compared side by side agree on it.
void Holders::hold(Page page, CpuId home, Ps time, const char* law, Ps age) {
  const auto share = static_cast<std::uint32_t>(place_stream_.below(1'000'000));
  const CpuId cpu =
      params_.first_cpu + static_cast<CpuId>(place_stream_.below(cpus_.size() - params_.first_cpu));
  PutContext context = PutContext::task;
  if (share < params_.bh_off_ppm)
    context = PutContext::bh_off;
  else if (share < params_.bh_off_ppm + params_.softirq_ppm)
    context = PutContext::softirq;
  else if (share < params_.bh_off_ppm + params_.softirq_ppm + params_.deferred_ppm)
    context = PutContext::deferred;
  holds(page);
  static constexpr const char* names[] = {"task", "bh off", "softirq", "deferred"};
  show_page(cpus_, page.frame().id, PageStage::stack, names[static_cast<std::size_t>(context)]);
  show(cpus_, {Event::held, page.frame().id, static_cast<std::uint64_t>(age), law});
  show(cpus_, {Event::with_stack, 0, held_});
  PerCpu& there = cpu_[cpu];
  if (const auto given = given_.extract(++order_)) time = given.mapped();
  show(cpus_, {Event::held, page.frame().id, static_cast<std::uint64_t>(cpus_.world().now() + time),
               hold_laws::until});
  const Held held{cpus_.world().now() + time, order_, page, context, home, cpu};
  const bool full = params_.rcvbuf_frames > 0 && there.in_sockets >= params_.rcvbuf_frames;
  if (in_socket(held)) ++there.in_sockets;
  // What is met in flight at the start was received before.
  if (full && in_socket(held) && cpus_.in_softirq()) {
    ++socket_drops_;
    --holding_;
    return put(held);
  }
  there.waiting.push(held);
  arm(cpu);
}

void Holders::holds(Page page) {
  ++held_;
  ++holding_;
  const FrameId id = page.frame().id;
  if (id >= held_of_.size()) held_of_.resize(id + 1);
  pages_ += held_of_[id]++ == 0;
}

void Holders::redirect(Page page, CpuId cpu) {
  holds(page);
  show_page(cpus_, page.frame().id, PageStage::stack, "redirected");
  show(cpus_, {Event::with_stack, 0, held_});
  const Ps now = cpus_.world().now();
  ring_.push_back({now + params_.redirect_release, ++order_, page, PutContext::softirq, cpu, cpu});
  if (params_.redirect_release > 0 && !std::exchange(ring_armed_, true))
    timers_.at(ring_.back().due, [this] { empty_ring(); });
  if (ring_.size() <= params_.redirect_ring) return;
  const Held oldest = ring_.front();
  ring_.pop_front();
  --holding_;
  put(oldest);
}

// The timer looks again while frames still come.
void Holders::empty_ring() {
  ring_armed_ = false;
  if (ring_.empty()) return;
  if (const Ps due = ring_.back().due; due > cpus_.world().now()) {
    ring_armed_ = true;
    timers_.at(due, [this] { empty_ring(); });
    return;
  }
  const CpuId cpu = ring_.back().home;
  cpus_[cpu].raise_irq([this, cpu] {
    for (const Held& held : std::exchange(ring_, {})) {
      --holding_;
      cpu_[cpu].for_softirq.push_back(held);
    }
    cpus_[cpu].raise_softirq(SoftirqKind::net_rx);
  });
}

void Holders::arm(CpuId cpu) {
  PerCpu& mine = cpu_[cpu];
  if (mine.waiting.empty() || mine.waiting.top().due >= mine.armed_for) return;
  if (mine.armed_for != ps_never) timers_.cancel(mine.timer);
  mine.armed_for = mine.waiting.top().due;
  mine.timer = timers_.at(mine.armed_for, [this, cpu] { due(cpu); });
}

// On no CPU: sort what is due by the context that will free it.
void Holders::due(CpuId cpu) {
  PerCpu& mine = cpu_[cpu];
  mine.armed_for = ps_never;
  bool wake = false;
  while (!mine.waiting.empty() && mine.waiting.top().due <= cpus_.world().now()) {
    const Held held = mine.waiting.top();
    mine.waiting.pop();
    --holding_;
    if (held.context == PutContext::softirq) {
      mine.for_softirq.push_back(held);
    } else {
      mine.for_task.push_back(held);
      wake = true;
    }
  }
  if (!mine.for_softirq.empty()) arm_wheel(cpu);
  if (wake) cpus_.wake(*mine.task);
  arm(cpu);
}

void Holders::arm_wheel(CpuId cpu) {
  if (std::exchange(cpu_[cpu].wheel_armed, true)) return;
  timers_.at(cpus_.next_tick_after(cpus_.world().now()), [this, cpu] {
    cpu_[cpu].wheel_armed = false;
    if (!cpu_[cpu].for_softirq.empty()) cpus_[cpu].expire_timer();
  });
}

void Holders::task_body(CpuId cpu) {
  PerCpu& mine = cpu_[cpu];
  for (;;) {
    while (mine.for_task.empty()) cpus_.block();
    const Held held = mine.for_task.front();
    mine.for_task.pop_front();
    cpus_.enter_user();
    cpus_.compute(params_.user_work);
    cpus_.leave_user();
    free_in_task(cpu, held);
  }
}

void Holders::free_in_task(CpuId cpu, const Held& held) {
  if (held.context == PutContext::bh_off) {
    cpus_.local_bh_disable();
    put(held);
    cpus_.local_bh_enable();
  } else if (held.context == PutContext::deferred && held.home != cpu) {
    auto& list = cpu_[held.home].deferred;
    if (list.size() >= params_.deferred_max) {
      put(held);  // the list is full: freed here
      return;
    }
    list.push_back(held);
    if (list.size() == params_.deferred_max / 2)
      cpus_[held.home].raise_irq(
          [this, home = held.home] { cpus_[home].raise_softirq(SoftirqKind::net_rx); });
  } else {
    put(held);
  }
}

void Holders::softirq(CpuId cpu) {
  PerCpu& mine = cpu_[cpu];
  while (!mine.for_softirq.empty()) {
    const Held held = mine.for_softirq.front();
    mine.for_softirq.pop_front();
    put(held);
  }
}

void Holders::flush_deferred(CpuId cpu) {
  for (const Held& held : std::exchange(cpu_[cpu].deferred, {})) put(held);
}

void Holders::put(const Held& held) {
  Thread& me = cpus_.self();
  const Ps outer = std::exchange(me.put_began, cpus_.world().now());
  show_page(cpus_, held.page.frame().id, PageStage::put);
  put_(held.page);
  show_page(cpus_, held.page.frame().id,
            held.page.stale() ? PageStage::returned : PageStage::recycled);
  me.put_began = outer;
  show(cpus_, {Event::with_stack, 0, held_ - 1});
  pages_ -= --held_of_[held.page.frame().id] == 0;
  if (in_socket(held)) --cpu_[held.at].in_sockets;
  if (--held_ == 0 && on_empty_) on_empty_();
}

}  // namespace poolrace::models
