// SPDX-License-Identifier: MIT
// A campaign printed: as a table that answers the question, as JSON, as CSV.
#pragma once

#include <string>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

std::string csv_table(const Campaign& campaign);  // one row a variant and kind; no wall-clock

// Prints the campaign in the format asked for, then how it ended.  Returns the exit status.
int print_campaign(const Campaign& campaign, bool as_list);

}  // namespace poolrace::experiments
