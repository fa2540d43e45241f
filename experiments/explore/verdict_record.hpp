// SPDX-License-Identifier: MIT
// A verdict on its way from a worker process to the parent, which knows the task and the options.
#pragma once

#include <string>

#include "models/explore/verdict.hpp"

namespace poolrace::experiments {

std::string pack_verdict(const models::Verdict& verdict);
models::Verdict unpack_verdict(const std::string& record, const models::ExploreTask& task,
                               const models::ExploreOptions& options);

}  // namespace poolrace::experiments
