// SPDX-License-Identifier: MIT
#include "experiments/judge/plan.hpp"

#include <algorithm>

namespace poolrace::experiments {

namespace {

using models::ExploreConfig;
using models::Part;
using models::PoolFlags;

// A pool that does not map, or does not sync, goes another way on whatever row tells kernels apart.
std::vector<ExploreConfig> machines_of(const models::Program& program) {
  std::vector<ExploreConfig> out = models::configs_for(program);
  if (!program.has_teardown() || models::posts_buffers(program)) return out;
  for (const models::KernelRow& row : models::kernel_rows().first(4))
    for (const PoolFlags flags : {PoolFlags::none, PoolFlags::dma_map}) {
      ExploreConfig config = row.config;
      config.pool_flags = flags;
      out.push_back(config);
    }
  return out;
}

// Steps grow with parts, and orders faster than steps.
std::size_t weight(const models::Program& program) {
  std::size_t sum = 0;
  for (const Part part : program.parts)
    sum += part == Part::put_bulk || part == Part::remove || part == Part::worker ? 3 : 2;
  return sum;
}

}  // namespace

JudgePlan judge_plan(const std::string& variant, const std::vector<OtherBuild>& others,
                     const std::vector<sim::MemoryModel>& memories) {
  JudgePlan plan;
  std::vector<const models::Program*> programs;
  for (const models::Program& program : models::program_table()) {
    if (!program.contract_kept)
      plan.left_out.push_back(program.name + " (breaks the driver's contract itself)");
    else if (program.large)
      plan.left_out.push_back(program.name + " (too large to exhaust)");
    else
      programs.push_back(&program);
  }
  std::stable_sort(programs.begin(), programs.end(),
                   [](const auto* a, const auto* b) { return weight(*a) < weight(*b); });
  for (const sim::MemoryModel memory : memories)
    for (const models::Program* program : programs)
      for (ExploreConfig config : machines_of(*program)) {
        config.memory = memory;
        plan.tasks.push_back({program, variant, config});
      }
  for (const OtherBuild& other : others)
    for (const models::Program* program : programs)
      for (const ExploreConfig& config : models::configs_for(*program))
        if (config.iommu == models::IommuMode::strict && !config.coherent)
          plan.tasks.push_back({program, other.variant, config});
  return plan;
}

}  // namespace poolrace::experiments
