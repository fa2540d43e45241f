// SPDX-License-Identifier: MIT
// A campaign on the screen: as a table that answers the question, as JSON, as CSV.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

std::string text_table(const Campaign& campaign);
nlohmann::ordered_json json_result(const Campaign& campaign, const VariantSummary& variant);
Estimate paired_delta_ns_per_packet(const Campaign& campaign, const VariantSummary& variant);

// Figures as people read them.
std::string percent(double p);                             // "12.3 %"
std::string chance(std::int64_t hits, std::int64_t runs);  // "0.10 % (0.01 % – 0.56 %)"
std::string duration(std::optional<std::int64_t> ns);      // "1.5 ms"; "—" if there is none
std::string delta_text(const Campaign& campaign, const VariantSummary& variant);

std::string csv_table(const Campaign& campaign);  // one row a variant and kind; no wall-clock

// Prints the campaign in the format asked for, then how it ended.  Returns the exit status.
int print_campaign(const Campaign& campaign, bool as_list);

}  // namespace poolrace::experiments
