// SPDX-License-Identifier: MIT
// A violation on its way from a worker process to the parent: every field, nothing lost.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "models/checker/checker.hpp"

namespace poolrace::experiments {

nlohmann::json packed(const models::Violation& violation);
models::Violation violation_from(const nlohmann::json& packed);

}  // namespace poolrace::experiments
