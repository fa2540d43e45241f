// SPDX-License-Identifier: MIT
#include "experiments/cli/memory_option.hpp"

#include <algorithm>

#include "experiments/scenario/common_options.hpp"
#include "sim/settings/enum_names.hpp"
#include "sim/settings/find_named.hpp"

namespace poolrace::experiments {

std::vector<sim::MemoryModel> memory_models(const std::string& list, const std::string& where) {
  const std::vector<std::string> names{"sc", "tso", "arm"};
  std::vector<std::string> known = names;
  known.emplace_back("all");
  std::vector<sim::MemoryModel> out;
  for (const std::string& name : split_list(list, where)) {
    sim::require_known(where, "memory model", name, known);
    for (const std::string& one : name == "all" ? names : std::vector<std::string>{name}) {
      const auto model = sim::enum_of<sim::MemoryModel>(sim::memory_model_names, one);
      if (std::find(out.begin(), out.end(), model) == out.end()) out.push_back(model);
    }
  }
  return out;
}

}  // namespace poolrace::experiments
