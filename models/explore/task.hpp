// SPDX-License-Identifier: MIT
// What can be explored: a program under a variant of the pool, on a machine, perhaps with a bug.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/explore/config.hpp"
#include "models/explore/program.hpp"
#include "sim/explore/step.hpp"
#include "sim/weak/data_races.hpp"

namespace poolrace::models {

struct ExploreTask {
  const Program* program = nullptr;
  std::string variant{};
  ExploreConfig config;
  std::string fault{};                    // seeded, by name (explore/faults.hpp); empty: none
  std::optional<sim::RaceRules> races{};  // look for data races; of no schedule
};

using Schedule = std::vector<sim::Pick>;  // of a task: one a step

// One "name=value": of the configuration, or fault=NAME.  ConfigError begins with `where`.
void apply_setting(ExploreTask& task, std::string_view name, std::string_view value,
                   std::string_view where);
// The names that it takes, in words: "iommu, coherent, …, fault".
std::string setting_names();

}  // namespace poolrace::models
