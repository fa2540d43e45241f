// SPDX-License-Identifier: MIT
// What a pool is judged by: every program that keeps the driver's contract and can be exhausted, on
// the devices, kernels and driver orders that change its verdict, and with pools that do not map or
// do not sync; memory after memory.  The cheapest first, so that a short budget decides most.
// Left out, and named: programs too large to exhaust, and those that break the contract themselves.
#pragma once

#include <string>
#include <vector>

#include "models/explore/task.hpp"

namespace poolrace::experiments {

struct JudgePlan {
  std::vector<models::ExploreTask> tasks;
  std::vector<std::string> left_out;  // programs, each with the reason
};

// The same pool, built otherwise: a verdict may rest on it.
struct OtherBuild {
  std::string variant, how;  // how: "without statistics"
};

// Other builds on the usual machines only, last.
JudgePlan judge_plan(const std::string& variant, const std::vector<OtherBuild>& others = {},
                     const std::vector<sim::MemoryModel>& memories = {sim::MemoryModel::sc});

}  // namespace poolrace::experiments
