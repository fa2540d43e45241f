// SPDX-License-Identifier: MIT
// How often, in the reporter's units: rounds of his script, and hours, until the first crash.  How
// long a round takes is a parameter (round_s), for reports leave it out; so do they the load at the
// moment of removal: where a report tells when it crashed (reported_first_crash_s), the load that
// would give that is printed, derived.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

struct Rounds {
  double mean = 0, low = 0, high = 0;  // to the first crash; infinite where there was none
};
Rounds rounds_to_first_crash(const VariantSummary& v);

// The load, in packets a second, at which the first crash would come as reported.  None where destroy
// unmaps, or no run crashed.
std::optional<double> load_of_the_report(const Campaign& c, const VariantSummary& v);

std::string rounds_text(const Campaign& c);  // empty where nothing is repeated
void add_rounds(nlohmann::ordered_json& result, const Campaign& c, const VariantSummary& v);

}  // namespace poolrace::experiments
