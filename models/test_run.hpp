// SPDX-License-Identifier: MIT
// For tests of whole runs: one run of the default scenario with some settings changed.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "models/machine.hpp"

namespace poolrace::models {

inline RunResult run_of(std::initializer_list<std::pair<const char*, const char*>> changes,
                        std::vector<std::string> faults = {},
                        const char* variant = "xarray-fixed") {
  auto settings = parameter_table().defaults();
  for (const auto& [key, text] : changes) parameter_table().set(settings, key, text, "test");
  RunOptions options;
  options.variant = variant;
  options.faults = std::move(faults);
  return run_machine(settings.values, options);
}

}  // namespace poolrace::models
