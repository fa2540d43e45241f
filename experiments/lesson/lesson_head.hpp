// SPDX-License-Identifier: MIT
// The lines before a lesson's text, one key and value each.
#pragma once

#include <optional>
#include <utility>

#include "experiments/lesson/lesson.hpp"
#include "sim/settings/ini.hpp"

namespace poolrace::experiments {

// Keys that a head may give more than once: guesses, and what is said of each task.
extern const std::vector<std::string> repeated_keys;

// ConfigError that names the line: an unknown key, or a value that is not allowed.  Keys of a task
// (harm, variant, slack, through, wait, say) are about the task said last.
void take_head(Lesson& lesson, const sim::IniFile& head, const sim::IniEntry& entry);

// "VARIANT@MEMORY": a variant under another memory than its lesson's.  The name alone, and that memory.
std::pair<std::string, std::optional<sim::MemoryModel>> under(const std::string& variant,
                                                              const std::string& where);

}  // namespace poolrace::experiments
