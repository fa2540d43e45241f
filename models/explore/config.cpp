// SPDX-License-Identifier: MIT
#include "models/explore/config.hpp"

#include "models/explore/program.hpp"
#include "models/parameters.hpp"
#include "sim/settings/enum_names.hpp"

namespace poolrace::models {

namespace {

using Table = sim::ParameterTable<ExploreConfig>;

Table make_table() {
  // What a setting means is said where the timed machine declares it.
  const auto help = [](const char* name) { return parameter_table().find(name)->help; };
  constexpr const char* source = "choice: as under the defaults of the timed machine";
  constexpr ExploreConfig standard;
  Table t;
  t.choice("iommu", &ExploreConfig::iommu, sim::choices_of<IommuMode>(iommu_mode_names),
           standard.iommu, help("iommu"), source);
  t.flag("coherent", &ExploreConfig::coherent, standard.coherent, help("coherent"), source);
  t.flag("swiotlb", &ExploreConfig::swiotlb, standard.swiotlb, help("swiotlb"), source);
  t.flag("dma_debug", &ExploreConfig::dma_debug, standard.dma_debug, help("dma_debug"), source);
  t.choice("preempt", &ExploreConfig::preempt, sim::choices_of<PreemptModel>(preempt_model_names),
           standard.preempt,
           "none, voluntary: a task in the kernel is a reader of RCU as it stands; lazy, full: not",
           source);
  t.flag("preempt_dynamic", &ExploreConfig::preempt_dynamic, standard.preempt_dynamic,
         help("preempt_dynamic"), source);
  t.flag("ram_at_zero", &ExploreConfig::ram_at_zero, standard.ram_at_zero, help("ram_at_zero"),
         source);
  t.choice("iommu_generation", &ExploreConfig::iommu_generation,
           sim::choices_of<IommuGeneration>(iommu_generation_names), standard.iommu_generation,
           help("iommu_generation"), source);
  t.choice("driver_order", &ExploreConfig::driver_order,
           sim::choices_of<DriverOrder>(driver_order_names), standard.driver_order,
           help("driver_order"), source);
  t.choice("pool_flags", &ExploreConfig::pool_flags, sim::choices_of<PoolFlags>(pool_flags_names),
           standard.pool_flags,
           "PP_FLAG_DMA_MAP and PP_FLAG_DMA_SYNC_DEV: what the pool does for its pages", source);
  t.choice(
      "memory", &ExploreConfig::memory, sim::choices_of<sim::MemoryModel>(sim::memory_model_names),
      standard.memory,
      "what accesses find: sc (one after the other), tso (x86), pso, or arm (near ARMv8, but no "
      "store before a load that it follows)",
      "choice: as runs with time have it");
  for (const sim::Declaration& d : parameter_table().declarations())
    if (t.find(d.name) != nullptr) t.words(d.name, d.words);
  return t;
}

const ExploreConfig devices[] = {
    {},
    {.iommu = IommuMode::lazy},
    {.iommu = IommuMode::none},
    {.coherent = true},
    {.coherent = true, .iommu = IommuMode::none, .swiotlb = true},
    {.coherent = true, .dma_debug = true},
};

constexpr auto hns3 = DriverOrder::hns3;
const KernelRow rows[] = {
    {{},
     "kernels up to v6.14; a task in the kernel is no reader of RCU as it stands (preempt=full or "
     "lazy, or PREEMPT_DYNAMIC: what x86, arm64 and riscv offer since v7.0); drivers that destroy "
     "in ndo_stop, behind which comes the grace period of netif_napi_del"},
    {{.preempt = PreemptModel::none},
     "the same, but preempt=none or voluntary without PREEMPT_DYNAMIC: a task in the kernel is a "
     "reader"},
    {{.driver_order = hns3},
     "the first, but in hns3's order: NAPI deleted before destroy, no grace period after it"},
    {{.preempt = PreemptModel::none, .driver_order = hns3},
     "preempt=none or voluntary without PREEMPT_DYNAMIC, and hns3's order"},
    {{.iommu_generation = IommuGeneration::v6_15},
     "the first, but kernels from v6.15 on (280e5a301005): after removal a DMA call takes the "
     "direct path"},
};

bool goes_another_way(const Program& program, const ExploreConfig& config) {
  if (config.iommu_generation != IommuGeneration{} && !program.has(Part::remove)) return false;
  if (config.driver_order != DriverOrder{} && !program.has_teardown()) return false;
  return program.has_teardown() || config.preempt == PreemptModel::full;  // who waits for readers?
}

}  // namespace

const Table& explore_parameters() {
  static const Table table = make_table();
  return table;
}

void set_config(ExploreConfig& config, std::string_view name, std::string_view value,
                std::string_view where) {
  sim::Settings<ExploreConfig> settings = explore_parameters().defaults();
  settings.values = config;
  explore_parameters().set(settings, name, value, where);
  config = settings.values;
}

std::vector<std::string> said_names(const ExploreConfig& config) {
  std::vector<std::string> names = explore_parameters().names();
  if (config.pool_flags == PoolFlags::dma_map_sync) std::erase(names, "pool_flags");
  if (config.memory == sim::MemoryModel::sc) std::erase(names, "memory");
  return names;
}

std::string text_of(const ExploreConfig& config, std::string_view separator) {
  std::string out;
  for (const std::string& name : said_names(config)) {
    if (!out.empty()) out += separator;
    out += name + "=" + explore_parameters().print(config, name);
  }
  return out;
}

bool same_kernel(const ExploreConfig& a, const ExploreConfig& b) {
  return a.iommu_generation == b.iommu_generation && a.driver_order == b.driver_order &&
         tasks_are_readers(a.preempt, a.preempt_dynamic) ==
             tasks_are_readers(b.preempt, b.preempt_dynamic);
}

bool posts_buffers(const Program& program) {
  for (const Part part : {Part::nic, Part::nic_left_on, Part::napi, Part::napi_left_on})
    if (program.has(part)) return true;
  return false;
}

void check_together(const ExploreConfig& config, const Program& program) {
  check_swiotlb(config.swiotlb, config.iommu);
  if (config.pool_flags == PoolFlags::none && posts_buffers(program))
    throw ConfigError("contradictory settings: pool_flags=none but program '" + program.name +
                      "' posts buffers to a NIC, which the pool has to map; allowed: dma_map, "
                      "dma_map_sync");
}

std::span<const KernelRow> kernel_rows() {
  return rows;
}

std::vector<ExploreConfig> configs_for(const Program& program) {
  std::vector<ExploreConfig> out(std::begin(devices), std::end(devices));
  for (const KernelRow& row : std::span(rows).subspan(1))
    if (goes_another_way(program, row.config)) out.push_back(row.config);
  return out;
}

std::vector<ExploreConfig> every_config() {
  std::vector<ExploreConfig> out;
  for (const auto preempt : {PreemptModel::full, PreemptModel::none})
    for (const auto generation : {IommuGeneration::v6_14, IommuGeneration::v6_15})
      for (const auto order : {DriverOrder::ndo_stop, DriverOrder::hns3})
        for (ExploreConfig config : devices) {
          config.preempt = preempt;
          config.iommu_generation = generation;
          config.driver_order = order;
          out.push_back(config);
        }
  return out;
}

ExploreConfig explore_config(const Parameters& machine) {
  ExploreConfig config;
  for (const std::string& name : explore_parameters().names())
    if (parameter_table().find(name) != nullptr)
      set_config(config, name, parameter_table().print(machine, name), "machine");
  return config;
}

}  // namespace poolrace::models
