// SPDX-License-Identifier: MIT
// Pages in flight in every output: at the start, at destroy, and over time after it; the lines that
// the kernel would print of them; the memory they hold; frames dropped; ethtool's counters.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

std::string in_flight_text(const Campaign& c);
std::string in_flight_html(const Campaign& c);
// in_flight, stall_warnings, pool_counters.
void add_in_flight(nlohmann::ordered_json& result, const VariantSummary& v);
std::string in_flight_csv_head();  // begins with a comma
std::vector<std::string> in_flight_csv(const VariantSummary& v);

}  // namespace poolrace::experiments
