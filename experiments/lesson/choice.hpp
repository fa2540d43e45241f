// SPDX-License-Identifier: MIT
// What the word after `poolrace lesson` means: a lesson, a program, or a run (a replay string).
#pragma once

#include "experiments/cli/command_line.hpp"
#include "experiments/lesson/lesson.hpp"

namespace poolrace::experiments {

// A lesson by its name, else a program's own page (variants and configuration from the options).
// A schedule of world explore becomes its program's page, which opens where the schedule ends; a
// timed run becomes the page of the seed's race on the same kind of machine, with that run to
// watch. ConfigError says what is wrong, and the nearest name.
Lesson choose_lesson(const ParsedLine& parsed);

// Nothing is named, nor anything said that is about one lesson.
bool asks_for_course(const ParsedLine& parsed);

}  // namespace poolrace::experiments
