// SPDX-License-Identifier: MIT
// A campaign printed: as a table that answers the question, as JSON, as CSV.
#pragma once

#include <string>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

std::string csv_table(const Campaign& campaign);  // one row a variant and kind; no wall-clock

void print_campaign(const Campaign& campaign, bool as_list);  // in the format asked for
// Says how it ended, if not well: throws what ended it.  Returns the exit status.
int ending_of(const Campaign& campaign);

}  // namespace poolrace::experiments
