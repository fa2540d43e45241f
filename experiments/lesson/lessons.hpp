// SPDX-License-Identifier: MIT
// The lessons that are shipped (experiments/lesson/texts/NAME.md), read.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/lesson/lesson.hpp"

namespace poolrace::experiments {

// ConfigError that names label and line.
Lesson parse_lesson(std::string_view text, const std::string& name);

std::vector<Lesson> course();                                // in teaching order
std::vector<std::pair<std::string, std::string>> lessons();  // their names and titles
// ConfigError "unknown lesson 'NAME' (nearest: …)".
Lesson find_lesson(const std::string& name);

}  // namespace poolrace::experiments
