// SPDX-License-Identifier: MIT
// One run's result on its way from a worker process to the parent: every field, nothing lost.
#pragma once

#include <string>
#include <vector>

#include "models/machine.hpp"

namespace poolrace::experiments {

// Several variants of one run travel together: they saw the same traffic.
std::string pack(const std::vector<models::RunResult>& results);
std::vector<models::RunResult> unpack(const std::string& record);

}  // namespace poolrace::experiments
