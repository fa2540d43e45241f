// SPDX-License-Identifier: MIT
// --memory of commands that explore: under which memory models.  PSO is for tests.
#pragma once

#include <string>
#include <vector>

#include "sim/weak/model.hpp"

namespace poolrace::experiments {

// "sc,tso" or "all"; ConfigError begins with `where`.
std::vector<sim::MemoryModel> memory_models(const std::string& list, const std::string& where);
inline const char* memory_models_allowed() {
  return "sc|tso|arm[,...]|all";
}

}  // namespace poolrace::experiments
