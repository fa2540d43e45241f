// SPDX-License-Identifier: MIT
// Stalls whose site nobody passed, and faults that found nothing to act on.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "experiments/scenario/common_options.hpp"

namespace poolrace::experiments {

// A stall at a site that no run passed is a slip of the pen, not a result: ConfigError.
void check_stalls(const CommonOptions& options, const std::set<std::string>& sites);

// The same of faults: `acted` in some run of some variant.
void check_faults(const CommonOptions& options, const std::set<std::string>& acted);
// What acted in a run that had these idle.
void add_acted(const CommonOptions& options, const std::vector<std::string>& idle,
               std::set<std::string>& acted);

// On stderr, each stall whose site is not among those that one run passed.  No error: another
// variant or run of the campaign that it belongs to may pass it.
void tell_idle_stalls(const CommonOptions& options, const std::vector<std::string>& sites);
void tell_idle_faults(const std::vector<std::string>& idle);

}  // namespace poolrace::experiments
