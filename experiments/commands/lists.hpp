// SPDX-License-Identifier: MIT
// What there is, as rows: what `poolrace list WHAT --format json` prints.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace poolrace::experiments {

// `what` is one of variants, scenarios, profiles, parameters, kinds, faults, programs, lessons.
// Every row has a name and a help.
std::vector<nlohmann::ordered_json> list_rows(const std::string& what);

}  // namespace poolrace::experiments
