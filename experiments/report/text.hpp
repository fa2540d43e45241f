// SPDX-License-Identifier: MIT
// The table for people: the answer first, then what broke, then how to see it again.
#pragma once

#include <string>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

// "0.05 Mpps": of the traffic that comes, which with a recorded trace is the trace's own.
std::string load_text(const models::Parameters& parameters);

std::string text_table(const Campaign& campaign);
// What a packet costs more than with the first variant: "+8 ns (+8 … +9)".
std::string delta_text(const Campaign& campaign, const VariantSummary& variant);

}  // namespace poolrace::experiments
