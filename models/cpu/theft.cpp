// SPDX-License-Identifier: MIT
#include "models/cpu/theft.hpp"

#include <algorithm>

#include "models/drawn.hpp"
#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {

// ---- a CPU that is stolen -----------------------------------------------------------------------

// Who owns the CPU keeps the rest of its advance, or its place in a lock's queue and whatever it is
// granted there.  Everything else that could happen to a CPU comes by raise_irq() or wake().
void Cpu::steal(Ps duration) {
  check(duration >= 0, "a theft lasts no negative time");
  const Ps now = cpus_.world_.now();
  stolen_until_ = std::max(stolen_until_, now + duration);
  if (frozen_) return;  // end_theft() looks at the date again
  frozen_ = true;
  stolen_since_ = now;
  if (Thread* top = running()) {
    cpus_.world_.suspend(*top->context);
    top->off_since = now;
  }
  cpus_.timers_->at(stolen_until_, [this] { end_theft(); });
}

// Interrupts that waited come first, but not into the middle of a step, nor into another.
void Cpu::end_theft() {
  const Ps now = cpus_.world_.now();
  if (now < stolen_until_) {
    cpus_.timers_->at(stolen_until_, [this] { end_theft(); });
    return;
  }
  frozen_ = false;
  stolen_before_ += now - stolen_since_;
  Thread* top = running();
  if (top != nullptr && (irq_active_ || top->in_step || irqs_.empty()))
    resume(*top);
  else if (!irqs_.empty())
    enter_irq(top == nullptr);
  else if (!queue_.empty())
    leave_idle(cpus_.params_.idle_exit);  // the IPI came long ago
}

Ps Cpu::stolen() const {
  return stolen_before_ + (frozen_ ? cpus_.world_.now() - stolen_since_ : 0);
}

// ---- when, and for how long ---------------------------------------------------------------------

TheftLength::TheftLength(const TheftParams& params)
    : p_(params),
      mean_(p_.law == StealLaw::exponential || p_.share_ppm == 0
                ? p_.mean
                : sim::pareto_mean(p_.min, p_.alpha_milli, p_.max)) {}

Ps TheftLength::of(std::uint64_t word) const {
  if (p_.law == StealLaw::exponential) return sim::exponential_of(word, p_.mean);
  return sim::pareto_of(word, p_.min, p_.alpha_milli, p_.max);
}

Ps TheftLength::gap_mean() const {
  return mean_ * (1'000'000 - p_.share_ppm) / p_.share_ppm;
}

Ps TheftLength::draw_first(sim::Stream& stream) const {
  const auto share_q32 = (static_cast<std::uint64_t>(p_.share_ppm) << 32) / 1'000'000;
  const bool stolen = stream.chance_q32(share_q32);
  const Ps rest = draw_rest(stream);
  return stolen ? rest : 0;
}

// A long theft is met more often, as it is longer; met at a uniform date of it.  Of an exponential
// one as much is left as ever.
Ps TheftLength::draw_rest(sim::Stream& stream) const {
  if (p_.law == StealLaw::exponential) {
    const Ps rest = sim::exponential(stream, p_.mean);
    stream.u64();
    return rest;
  }
  return sim::uniform_part(stream, sim::pareto(stream, p_.min, p_.alpha_milli - 1000, p_.max));
}

Thefts::Thefts(Cpus& cpus, const TheftParams& params, const sim::Streams& streams)
    : cpus_(cpus), length_(params) {
  if (params.share_ppm == 0) return;
  gap_mean_ = length_.gap_mean();
  for (CpuId cpu = 0; cpu < cpus.size(); ++cpu) {
    sim::Stream& stream = streams_.emplace_back(streams.stream(drawn::steals, cpu));
    const Ps rest = length_.draw_first(stream);
    if (rest > 0) cpus[cpu].steal(rest);
    next(cpu, rest);
  }
}

void Thefts::next(CpuId cpu, Ps after) {
  const Ps gap = sim::exponential(streams_[cpu], gap_mean_);
  cpus_.timers().at(cpus_.world().now() + after + gap, [this, cpu] {
    const Ps duration = length_.draw(streams_[cpu]);
    cpus_[cpu].steal(duration);
    next(cpu, duration);
  });
}

}  // namespace poolrace::models
