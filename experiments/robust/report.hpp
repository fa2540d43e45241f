// SPDX-License-Identifier: MIT
// What an answer hangs on, in words and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "experiments/robust/robust.hpp"

namespace poolrace::experiments {

std::string robust_text(const CommonOptions& options, const Resolved& resolved,
                        const Robustness& robustness);
nlohmann::ordered_json robust_json(const CommonOptions& options, const Resolved& resolved,
                                   const Robustness& robustness);
// What would be moved, and to where.
std::string knobs_text(const Knobs& knobs);
nlohmann::ordered_json knobs_json(const Resolved& resolved, const Knobs& knobs);
// A row a move and headline: variant, headline, parameter, value, base, estimate, low, high.
std::string robust_csv(const Robustness& robustness);

}  // namespace poolrace::experiments
