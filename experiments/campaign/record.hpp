// SPDX-License-Identifier: MIT
// One run's result on its way from a worker process to the parent: every field, nothing lost.
#pragma once

#include <string>

#include "models/machine.hpp"

namespace poolrace::experiments {

std::string pack(const models::RunResult& result);
models::RunResult unpack(const std::string& record);

}  // namespace poolrace::experiments
