// SPDX-License-Identifier: MIT
// Verdicts of the explorer as JSON and as text; verdict_table.hpp has them as one page.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "models/explore/verdict.hpp"

namespace poolrace::experiments {

// What a verdict is exhaustive within: "any preemption, …".
std::string bound_of(const models::Verdict& verdict);
// What differs from plain hardware, in words: "iommu=lazy preempt fault=skip-unmap".
std::string config_text(const models::ExploreTask& task);

nlohmann::ordered_json verdict_json(const models::Verdict& verdict);
// A line for each variant and program: in how many configurations which harm; the answer first.
std::string verdicts_in_short(const std::vector<models::Verdict>& verdicts);
std::string verdict_text(const models::Verdict& verdict);

}  // namespace poolrace::experiments
