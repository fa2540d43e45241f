// SPDX-License-Identifier: MIT
// What a page holds: one lesson, or the course.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "experiments/lesson/lesson.hpp"

namespace poolrace::experiments {

struct PageSizes {
  std::int64_t states_max = 60'000;  // of a variant's graph
  std::int64_t runs = 100;           // of the measured table; 0: none
};

// {version, lesson, graphs, watch, measure}; `trace` is a recording to watch instead of its own.
// ConfigError if a graph has more states.
nlohmann::ordered_json lesson_data(const Lesson& lesson, const PageSizes& sizes,
                                   const std::optional<std::string>& trace);

// {version, course: [{lesson, graphs, watch, measure}], graphs}: in the course a lesson's graphs are
// places in the list of all, for lessons share them.
nlohmann::ordered_json course_data(const std::vector<Lesson>& lessons, const PageSizes& sizes);

}  // namespace poolrace::experiments
