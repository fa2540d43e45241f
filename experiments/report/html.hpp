// SPDX-License-Identifier: MIT
// A campaign as one HTML file that needs nothing else: the table, figures, the first harm of each
// variant on a timeline, and how to see each again.  Light, dark and printed.
#pragma once

#include <string>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

// Takes the first harms again to tell them.
std::string html_report(const Campaign& campaign);

}  // namespace poolrace::experiments
