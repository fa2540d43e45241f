// SPDX-License-Identifier: MIT
// Verdicts of the explorer as JSON, as text, and as the table experiments/explore/verdicts.md.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "models/explore/explorer.hpp"

namespace poolrace::experiments {

nlohmann::ordered_json verdict_json(const models::Verdict& verdict);
// A line for each variant and program: in how many configurations which harm; the answer first.
std::string verdicts_in_short(const std::vector<nlohmann::ordered_json>& verdicts);
std::string verdict_text(const nlohmann::ordered_json& verdict);

// Variant × kind, the programs that keep the driver's contract and those that break it apart; no
// times in it, so that the same verdicts give the same page.
std::string verdict_table(const std::vector<nlohmann::ordered_json>& verdicts);

}  // namespace poolrace::experiments
