// SPDX-License-Identifier: MIT
// Lessons: experiments/lesson/texts/NAME.md, a text with `key = value` lines between two lines
// "---" before it, which say what program, variants and configuration it shows and what its task
// is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/scenario/common_options.hpp"
#include "models/explore/task.hpp"

namespace poolrace::experiments {

struct LessonTask {
  std::string kind;     // reach, absent, refuse, finish; see experiments/lesson/page/src/task.js
  std::string harm;     // crash, corruption, leak, stall; empty for finish
  std::string variant;  // under which it is to be done
  int slack = 0;        // steps beyond the shortest way
  std::string say;      // "{N}" becomes the number of steps
};

struct Lesson {
  std::string name, title, text;
  models::ExploreTask explored;       // program, configuration and fault
  std::vector<std::string> variants;  // the first is what the page opens with
  LessonTask task;                    // kind empty: none
  models::Schedule schedule;          // that Play opens with; of no lesson in a file
  std::string measure;                // a scenario; empty: none
  CommonOptions measured_as;          // profile, settings, seed, stalls, faults of it
  std::string watch;                  // as in a replay string, but for version and run; empty: none
  std::string watch_kind;   // the first run that this kind harms; empty: the run that `watch` names
  int watch_us = 300;       // before its violation, or the run's end
  bool watch_harm = false;  // only a run in which something broke will do
};

// ConfigError that names label and line.
Lesson parse_lesson(std::string_view text, const std::string& name);

std::vector<std::pair<std::string, std::string>> lessons();  // name, title
// ConfigError "unknown lesson 'NAME' (nearest: …)".
Lesson find_lesson(const std::string& name);

}  // namespace poolrace::experiments
