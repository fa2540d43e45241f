// SPDX-License-Identifier: MIT
// The explorer: executes a task again and again, in every order of its steps or in orders drawn,
// keeps the worst and shortest that leads to each kind, and shrinks it.
#pragma once

#include "models/explore/verdict.hpp"

namespace poolrace::models {

Verdict explore(const ExploreTask& task, const ExploreOptions& options = {});

}  // namespace poolrace::models
