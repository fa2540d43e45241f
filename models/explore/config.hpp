// SPDX-License-Identifier: MIT
// The machine that a verdict belongs to, as far as the explorer tells machines apart: settings of
// the timed machine that decide what a step does.  What decides only when one is taken, and costs,
// has no place here.  The table is their one home: command lines, lessons, schedules, JSON and help
// read, print and name them through it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "models/choices.hpp"
#include "sim/settings/parameters.hpp"

namespace poolrace::models {

struct Parameters;

struct ExploreConfig {
  bool coherent = false;
  IommuMode iommu = IommuMode::strict;
  bool swiotlb = false, dma_debug = false;
  bool preempt = true;  // full, with preemptible RCU; else none
  bool ram_at_zero = false;
  bool operator==(const ExploreConfig&) const = default;
};

const sim::ParameterTable<ExploreConfig>& explore_parameters();

// Sets one of them; ConfigError begins with `where`.
void set_config(ExploreConfig& config, std::string_view name, std::string_view value,
                std::string_view where);
// As it stands in schedules and tables: "iommu=strict coherent=false …", or with another separator.
std::string text_of(const ExploreConfig& config, std::string_view separator = " ");
// ConfigError unless the settings go together: no verdict on a machine that is not modelled.
void check_together(const ExploreConfig& config);
// Those in which a program is explored unless one is named.
std::span<const ExploreConfig> config_table();
// The nearest that the explorer has to a timed machine.
ExploreConfig explore_config(const Parameters& machine);

}  // namespace poolrace::models
