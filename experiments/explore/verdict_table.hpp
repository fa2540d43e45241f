// SPDX-License-Identifier: MIT
// The page experiments/explore/verdicts.md: variant × kind, the programs that keep the driver's
// contract and those that break it apart, then a schedule for each cell.  No times in it, so that
// the same verdicts give the same page.
#pragma once

#include <string>
#include <vector>

#include "models/explore/verdict.hpp"

namespace poolrace::experiments {

std::string verdict_table(const std::vector<models::Verdict>& verdicts);

}  // namespace poolrace::experiments
