// SPDX-License-Identifier: MIT
// Steal time: each vCPU of a guest runs and is stolen in turn, for it shares its physical CPU.
//
// A stolen CPU does nothing at all (Cpu::steal, theft.cpp): whatever owns it stands still, in the
// middle of an instruction too; interrupts wait in order for the end of the theft, ticks of the time
// between are one; who is woken there runs afterwards; the clock and all devices go on.  So RCU waits
// for one that was busy, whose IPI is answered late and whose tick does not come, and not for one
// that was idle: that one is in an extended quiescent state for as long as nothing wakes it.
// The law: an alternating renewal process a CPU, in its steady state from date 0 on.  A CPU runs for an
// exponential time and is stolen for an exponential or a Pareto one, truncated; the mean of the
// former follows from the share and the mean of the latter, which is known in closed form.
//
// Mirrors: preemption of KVM or Xen vCPUs.  Stolen time counts as the interrupted task's own for its
// slice and virtual runtime (a kernel without PARAVIRT_TIME_ACCOUNTING).
// Left out: a guest that knows (spin locks that yield, or that have no queue; vcpu_is_preempted), its
// exits (IPIs, timers, halting), thefts that hit several CPUs at once, or busy ones rather than idle
// ones; that a watched run shows a stolen CPU as what it was.
#pragma once

#include <cstdint>
#include <vector>

#include "models/choices.hpp"
#include "models/cpu/cpu.hpp"
#include "sim/chance/random.hpp"

namespace poolrace::models {

struct TheftParams {
  std::int64_t share_ppm = 0;  // of time; 0: never, and nothing is drawn
  StealLaw law = StealLaw::exponential;
  Ps mean = 0;                   // exponential
  Ps min = 0, max = 0;           // Pareto, truncated
  std::int64_t alpha_milli = 0;  // Pareto
};

// How long one theft lasts.  Each draw takes one word and is monotone in it.
class TheftLength {
 public:
  explicit TheftLength(const TheftParams& params);
  [[nodiscard]] Ps mean() const { return mean_; }
  [[nodiscard]] Ps of(std::uint64_t word) const;
  [[nodiscard]] Ps draw(sim::Stream& stream) const { return of(stream.u64()); }
  // What is left of one that is met at some date: two words, its length and how much of it is left.
  [[nodiscard]] Ps draw_rest(sim::Stream& stream) const;
  // At date 0: what is left of a theft that is under way there; 0: the CPU runs.
  [[nodiscard]] Ps draw_first(sim::Stream& stream) const;
  // Between two thefts, so that the share is as it should.
  [[nodiscard]] Ps gap_mean() const;

 private:
  TheftParams p_;
  Ps mean_;
};

class Thefts {
 public:
  Thefts(Cpus& cpus, const TheftParams& params, const sim::Streams& streams);

 private:
  void next(CpuId cpu, Ps after);

  Cpus& cpus_;
  TheftLength length_;
  Ps gap_mean_ = 0;
  std::vector<sim::Stream> streams_;  // by CPU: "steals"
};

}  // namespace poolrace::models
