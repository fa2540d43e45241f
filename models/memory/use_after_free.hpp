// SPDX-License-Identifier: MIT
// What an access to a struct that no longer exists is reported as, in either world.
#pragma once

#include "models/checker/checker.hpp"
#include "models/memory/words.hpp"

namespace poolrace::models {

void report_use_after_free(Checker& checker, const Region& region, sim::Site site);

}  // namespace poolrace::models
