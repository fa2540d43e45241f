// SPDX-License-Identifier: MIT
// A judgement on one screen, as markdown to paste under a patch, and as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "experiments/judge/judge.hpp"

namespace poolrace::experiments {

// Against another pool: kinds that one has and the other has not, as far as each was tried.
struct Difference {
  std::vector<Judgement> appeared, gone;
};
Difference difference(const Judged& judged, const Judged& other);

std::string judged_text(const Judged& judged, const std::optional<Judged>& against);
std::string judged_markdown(const Judged& judged, const std::optional<Judged>& against);
nlohmann::ordered_json judged_json(const Judged& judged, const std::optional<Judged>& against);

}  // namespace poolrace::experiments
