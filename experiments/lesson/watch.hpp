// SPDX-License-Identifier: MIT
// The run that a lesson's Watch shows.  A lesson says what happens in it, not its number: the first
// run of its scenario in which that kind does harm is looked for when the page is made, so that no
// change of a model can leave a lesson with a run in which nothing happens.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "experiments/lesson/lesson.hpp"

namespace poolrace::experiments {

struct Watched {
  nlohmann::ordered_json events;  // null: nothing to watch
  std::int64_t run = 0;
};

// Trace events of the lesson's run, or those in the file that `poolrace trace` wrote.  ConfigError: no such file or trace, nothing broke in the run, it is too busy for a
// page, or none of the first runs is such a one.
Watched watched(const Lesson& lesson, const std::optional<std::string>& path);

}  // namespace poolrace::experiments
