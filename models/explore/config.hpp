// SPDX-License-Identifier: MIT
// The machine that a verdict belongs to, as far as the explorer tells machines apart: settings of
// the timed machine that decide what a step does.  What decides only when one is taken, and costs,
// has no place here.  The table is their one home: command lines, lessons, schedules, JSON and help
// read, print and name them through it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/choices.hpp"
#include "sim/settings/parameters.hpp"
#include "sim/weak/model.hpp"

namespace poolrace::models {

struct Parameters;
struct Program;

struct ExploreConfig {
  bool coherent = false;
  IommuMode iommu = IommuMode::strict;
  bool swiotlb = false, dma_debug = false;
  PreemptModel preempt = PreemptModel::full;
  bool preempt_dynamic = false;
  bool ram_at_zero = false;
  IommuGeneration iommu_generation = IommuGeneration::v6_14;
  DriverOrder driver_order = DriverOrder::ndo_stop;
  PoolFlags pool_flags = PoolFlags::dma_map_sync;
  sim::MemoryModel memory = sim::MemoryModel::sc;
  bool operator==(const ExploreConfig&) const = default;
};

const sim::ParameterTable<ExploreConfig>& explore_parameters();

// Sets one of them; ConfigError begins with `where`.
void set_config(ExploreConfig& config, std::string_view name, std::string_view value,
                std::string_view where);
// Those that are said: all but what differs from what was the only choice once.
std::vector<std::string> said_names(const ExploreConfig& config);
// As it stands in schedules and tables: "iommu=strict coherent=false …", or with another separator.
std::string text_of(const ExploreConfig& config, std::string_view separator = " ");
// Whether a NIC writes into its buffers: they must be mapped.
bool posts_buffers(const Program& program);
// ConfigError unless the settings go together: no verdict on a machine that is not modelled.
void check_together(const ExploreConfig& config, const Program& program);
// Which kernels and drivers a verdict stands for.  The first row is explored on several devices.
struct KernelRow {
  ExploreConfig config;
  const char* name;
};
std::span<const KernelRow> kernel_rows();
// What tells a row from another, whatever the device.
bool same_kernel(const ExploreConfig& a, const ExploreConfig& b);
// Those in which a program is explored unless one is named: the first row's devices, and each other
// row in which any of its parts goes another way.
std::vector<ExploreConfig> configs_for(const Program& program);
// Every device with every row.
std::vector<ExploreConfig> every_config();
// The nearest that the explorer has to a timed machine.
ExploreConfig explore_config(const Parameters& machine);

}  // namespace poolrace::models
