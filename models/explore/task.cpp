// SPDX-License-Identifier: MIT
#include "models/explore/task.hpp"

#include "models/explore/faults.hpp"
#include "sim/settings/nearest.hpp"

namespace poolrace::models {

namespace {

std::vector<std::string> names() {
  std::vector<std::string> out = explore_parameters().names();
  out.emplace_back("fault");
  return out;
}

}  // namespace

void apply_setting(ExploreTask& task, std::string_view name, std::string_view value,
                   std::string_view where) {
  sim::require_known(where, "parameter", name, names());
  if (name == "fault")
    task.fault = find_explore_fault(value, where).name;
  else
    set_config(task.config, name, value, where);
}

std::string setting_names() {
  std::string out;
  for (const std::string& name : names()) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace poolrace::models
