// SPDX-License-Identifier: MIT
#include "models/cpu/noise.hpp"

#include <string>

#include "models/drawn.hpp"
#include "sim/chance/distributions.hpp"

namespace poolrace::models {

// e^(sigma^2 / 2) medians.
Ps NoiseParams::mean(const Source& source) const {
  return sim::scale_exp2(source.median, sim::log2_of_exp(sigma_milli * sigma_milli, 2'000'000));
}

Noise::Noise(Cpus& cpus, const NoiseParams& params, const sim::Streams& streams)
    : cpus_(cpus), sigma_milli_(params.sigma_milli) {
  start(params.irqs, drawn::foreign_irqs, &Noise::irq, streams);
  start(params.irqs_off, drawn::irqs_off, &Noise::irqs_off, streams);
  start(params.tasks, drawn::background_tasks, &Noise::task, streams);
  if (params.tasks.hz == 0) return;
  background_.resize(cpus.size());
  for (CpuId cpu = 0; cpu < cpus.size(); ++cpu)
    background_[cpu].thread =
        &cpus.spawn(cpu, "background/" + std::to_string(cpu), [this, cpu] { background(cpu); });
}

void Noise::start(const NoiseParams::Source& source, std::string_view name,
                  void (Noise::*happen)(CpuId cpu, Ps length), const sim::Streams& streams) {
  for (CpuId cpu = 0; source.hz > 0 && cpu < cpus_.size(); ++cpu) {
    processes_.push_back(
        std::make_unique<Process>(Process{streams.stream(name, cpu), cpu, source, happen}));
    next(*processes_.back());
  }
}

void Noise::next(Process& process) {
  const Ps gap = sim::exponential(process.stream, process.source.gap_mean());
  cpus_.timers().at(cpus_.world().now() + gap, [this, &process] {
    const Ps length = sim::lognormal(process.stream, process.source.median, sigma_milli_);
    (this->*process.happen)(process.cpu, length);
    next(process);
  });
}

void Noise::irq(CpuId cpu, Ps length) {
  cpus_[cpu].raise_irq([this, length] { cpus_.compute(length); });
}

void Noise::irqs_off(CpuId cpu, Ps length) {
  if (!cpus_[cpu].idle() && !cpus_[cpu].frozen()) irq(cpu, length);
}

void Noise::task(CpuId cpu, Ps length) {
  cpus_[cpu].raise_irq([this, cpu, length] {
    background_[cpu].work.push_back(length);
    cpus_.wake(*background_[cpu].thread);
  });
}

void Noise::background(CpuId cpu) {
  std::deque<Ps>& work = background_[cpu].work;
  for (;;) {
    while (work.empty()) cpus_.block();
    const Ps length = work.front();
    work.pop_front();
    cpus_.enter_user();
    cpus_.compute(length);
    cpus_.leave_user();
  }
}

}  // namespace poolrace::models
