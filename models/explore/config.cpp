// SPDX-License-Identifier: MIT
#include "models/explore/config.hpp"

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
  t.flag("preempt", &ExploreConfig::preempt, standard.preempt,
         "tasks can be preempted anywhere, and readers of RCU with them; else nowhere", source);
  t.flag("ram_at_zero", &ExploreConfig::ram_at_zero, standard.ram_at_zero, help("ram_at_zero"),
         source);
  for (const sim::Declaration& d : parameter_table().declarations()) {
    if (t.find(d.name) == nullptr) continue;
    std::vector<sim::Word> words = d.words;
    if (d.kind != t.find(d.name)->kind)  // preempt: its values have other names here
      std::erase_if(words, [](const sim::Word& word) { return !word.means.empty(); });
    t.words(d.name, std::move(words));
  }
  return t;
}

const ExploreConfig configs[] = {
    {},
    {.preempt = false},
    {.iommu = IommuMode::lazy},
    {.iommu = IommuMode::none},
    {.coherent = true},
    {.coherent = true, .iommu = IommuMode::none, .swiotlb = true},
    {.coherent = true, .dma_debug = true},
};

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

std::string text_of(const ExploreConfig& config, std::string_view separator) {
  std::string out;
  for (const std::string& name : explore_parameters().names()) {
    if (!out.empty()) out += separator;
    out += name + "=" + explore_parameters().print(config, name);
  }
  return out;
}

void check_together(const ExploreConfig& config) {
  check_swiotlb(config.swiotlb, config.iommu);
}

std::span<const ExploreConfig> config_table() {
  return configs;
}

ExploreConfig explore_config(const Parameters& machine) {
  ExploreConfig config;
  for (const std::string& name : explore_parameters().names())
    if (name != "preempt")  // of which the timed machine has three models
      set_config(config, name, parameter_table().print(machine, name), "machine");
  config.preempt = machine.preempt == PreemptModel::full;
  return config;
}

}  // namespace poolrace::models
