// SPDX-License-Identifier: MIT
// What else keeps a CPU busy than the machine that is looked at: three Poisson processes a CPU.
//
// Foreign interrupts: of other devices, delivered and paid as all are, on idle CPUs too.
// Interrupts-off sections: code of the kernel's that has nothing to do with us (a console, a slab, a
// driver's lock) runs where our task, softirq or handler stood, and holds back interrupts until it
// is done.  It stands among the interrupts here: it waits for the end of a step, and pays entry and
// exit.  An idle or stolen CPU runs none: the rate is one of busy time.
// Background tasks: work that one task a CPU finds when a timer wakes it, and computes in user mode,
// where every preemption model lets others in; pieces that come meanwhile wait behind it.
// Lengths are lognormal, one spread for all three.
//
// Mirrors: nothing that was measured; rates and lengths are for sweeping.
// Left out: NMIs and SMIs (which break into a step), softirqs of other devices, tasks that move to
// an idle CPU, work that evicts caches or holds locks that we want.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

#include "models/cpu/cpu.hpp"
#include "sim/chance/random.hpp"

namespace poolrace::models {

struct NoiseParams {
  struct Source {
    std::int64_t hz = 0;  // of one CPU; 0: none, and nothing is drawn
    Ps median = 0;
    [[nodiscard]] Ps gap_mean() const { return ps_per_s / hz; }
  };
  Source irqs, irqs_off, tasks;
  std::int64_t sigma_milli = 1000;  // of ln(length)

  [[nodiscard]] Ps mean(const Source& source) const;  // of one length
};

class Noise {
 public:
  Noise(Cpus& cpus, const NoiseParams& params, const sim::Streams& streams);

 private:
  struct Process {
    sim::Stream stream;  // gap, length, gap, length: a word each
    CpuId cpu;
    NoiseParams::Source source;
    void (Noise::*happen)(CpuId cpu, Ps length);
  };
  struct Background {
    Thread* thread = nullptr;
    std::deque<Ps> work;
  };
  void start(const NoiseParams::Source& source, std::string_view name,
             void (Noise::*happen)(CpuId cpu, Ps length), const sim::Streams& streams);
  void next(Process& process);
  void irq(CpuId cpu, Ps length);
  void irqs_off(CpuId cpu, Ps length);
  void task(CpuId cpu, Ps length);
  void background(CpuId cpu);

  Cpus& cpus_;
  std::int64_t sigma_milli_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::vector<Background> background_;  // by CPU
};

}  // namespace poolrace::models
