// SPDX-License-Identifier: MIT
// An explanation as text and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "experiments/explain/explain.hpp"

namespace poolrace::experiments {

std::string explanation_text(const Explanation& found);
nlohmann::ordered_json explanation_json(const Explanation& found);
// What would help, if nothing was recognised.
std::string no_explanation(const Explanation& found, const std::string& name);

}  // namespace poolrace::experiments
