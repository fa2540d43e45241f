// SPDX-License-Identifier: MIT
// What there is, as rows: what `poolrace list WHAT --format json` prints.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace poolrace::experiments {

std::vector<std::string> list_names();  // variants, scenarios, …

// Every row has a name and a help.  ConfigError unless `what` is one of list_names().
std::vector<nlohmann::ordered_json> list_rows(const std::string& what);

}  // namespace poolrace::experiments
