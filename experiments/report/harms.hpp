// SPDX-License-Identifier: MIT
// What broke first, variant by variant: a section of the HTML report.
#pragma once

#include <string>
#include <vector>

#include "experiments/campaign/campaign.hpp"
#include "experiments/report/told_harm.hpp"

namespace poolrace::experiments {

// The first crash of each variant that has one, else its first other harm; each taken again.
std::vector<ToldHarm> tell_harms(const Campaign& campaign);

std::string harms_text(const std::vector<ToldHarm>& harms);

}  // namespace poolrace::experiments
