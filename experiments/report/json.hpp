// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {

// All that is known of a variant; what `run --format json` prints, and a row of `compare`'s.
nlohmann::ordered_json json_result(const Campaign& campaign, const VariantSummary& variant);

}  // namespace poolrace::experiments
