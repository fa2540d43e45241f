// SPDX-License-Identifier: MIT
// The numbers of a lesson's Measure: crash probability and cost at a few loads.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "experiments/lesson/lesson.hpp"

namespace poolrace::experiments {

// {runs, options, scenario, profile, loads: [{load_mpps, results, costs}]}: the lesson's variants
// on the same traffic, `costs` without the teardown.  null: nothing to measure.  Throws
// Interrupted.
nlohmann::ordered_json measured(const Lesson& lesson, std::int64_t runs);

}  // namespace poolrace::experiments
