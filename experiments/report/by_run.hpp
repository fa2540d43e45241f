// SPDX-License-Identifier: MIT
// A campaign as a table of its runs.
#pragma once

#include <string>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

// CSV: variant, run, what came of it, and the string that tells it again if it came to harm.
std::string by_run_table(const Campaign& campaign);

}  // namespace poolrace::experiments
