// SPDX-License-Identifier: MIT
// What was asked for and did nothing: stalls whose site nobody passed, faults that found nothing to
// act on, given words that were not drawn.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "experiments/scenario/common_options.hpp"
#include "models/machine.hpp"

namespace poolrace::experiments {

// A stall at a site that no run passed is a slip of the pen, not a result: ConfigError.
void check_stalls(const CommonOptions& options, const std::set<std::string>& sites);

// The same of faults: `acted` in some run of some variant.
void check_faults(const CommonOptions& options, const std::set<std::string>& acted);
// What acted in a run that had these idle.
void add_acted(const CommonOptions& options, const std::vector<std::string>& idle,
               std::set<std::string>& acted);

// On stderr, what did nothing in one run.  No error: another variant or run of the campaign that it
// belongs to may pass the stall's site, or give the fault something to act on.
void tell_idle(const CommonOptions& options, const models::RunResult& result);

}  // namespace poolrace::experiments
