// SPDX-License-Identifier: MIT
// A campaign as one HTML file that needs nothing else: the table, figures, the first harm of each
// variant on a timeline, and how to see each again.  Light, dark and printed.
#pragma once

#include <string>
#include <vector>

#include "experiments/campaign/campaign.hpp"
#include "experiments/trace/spans.hpp"

namespace poolrace::experiments {

struct ToldHarm {
  Recording recording;
  Spans spans;
};

// The first crash of each variant that has one, else its first other harm; each taken again.
std::vector<ToldHarm> tell_harms(const Campaign& campaign);

std::string harms_text(const std::vector<ToldHarm>& harms);  // its section of the page

std::string html_report(const Campaign& campaign, const std::vector<ToldHarm>& harms);

std::string html_escaped(const std::string& text);

}  // namespace poolrace::experiments
