// SPDX-License-Identifier: MIT
#include "experiments/bench/hw.hpp"

#include "experiments/scenario/scenario.hpp"
#include "models/assembly.hpp"

namespace poolrace::experiments {

namespace {

constexpr HwBenchmark benchmarks[] = {
    {"dma", "DMA reads and writes, Gb/s by size and window, and one read alone", hw_dma},
    {"unmap", "map + unmap pairs a CPU and second, by CPUs and IOMMU mode", hw_unmap},
    {"grace-period", "how long synchronize_rcu takes, by HZ and what else runs", hw_grace_period},
    {"atomics", "one shared word: increments by CPUs, and operations on a line from elsewhere",
     hw_atomics},
    {"drop", "XDP_DROP, Mpps by queues and ring", hw_drop},
    {"livelock", "what an application gets that shares its CPU with NAPI, by offered load",
     hw_livelock},
};

}  // namespace

std::span<const HwBenchmark> hw_benchmarks() {
  return benchmarks;
}

models::Parameters HwRequest::machine(const std::vector<Setting>& scene) const {
  std::vector<Setting> all = scene;
  for (const Setting& setting : settings) all.push_back(setting);
  return models::at_clock(resolve_machine(profile, all));
}

std::vector<models::CpuId> cpu_counts(std::int64_t most) {
  std::vector<models::CpuId> out;
  for (std::int64_t n = 1; n < most; n *= 2) out.push_back(static_cast<models::CpuId>(n));
  out.push_back(static_cast<models::CpuId>(most));
  return out;
}

}  // namespace poolrace::experiments
