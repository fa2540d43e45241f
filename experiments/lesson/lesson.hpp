// SPDX-License-Identifier: MIT
// Lessons: experiments/lesson/texts/NAME.md, a text with `key = value` lines between two lines
// "---" before it, which say what program, variants and configuration it shows, what it asks and
// what its tasks are.  The text has three parts: what is read first, "# Afterwards", which the page
// shows when the tasks are done, and "# For the teacher".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/scenario/common_options.hpp"
#include "models/explore/task.hpp"

namespace poolrace::experiments {

struct LessonTask {
  std::string kind;     // see task_kinds in lesson_head.cpp, experiments/lesson/page/src/goals.js
  std::string harm;     // crash, corruption, leak, stall; empty for finish and wait
  std::string variant;  // under which it is to be done
  int slack = 0;        // steps beyond the shortest way
  std::vector<std::string> through;  // steps that the way must have, in this order
  std::string wait;                  // what somebody is to wait for
  std::string say;                   // "{N}" becomes the number of steps
};

// What the learner may expect; `what` is the word that the page has for it when it happens.
struct LessonGuess {
  std::string what, say;
};

struct Lesson {
  std::string name, title, question, text, after, notes;
  int order = 99;                     // in the course
  models::ExploreTask explored;       // program, configuration and fault
  std::vector<std::string> variants;  // the first is what the page opens with
  std::vector<std::string> show;      // facts that the page shows though they never change
  std::string predict;                // a question to be answered before it is tried; empty: none
  std::vector<LessonGuess> guesses;
  std::vector<LessonTask> tasks;
  models::Schedule schedule;  // that Play opens with; of no lesson in a file
  std::string measure;        // a scenario; empty: none
  CommonOptions measured_as;  // profile, settings, seed, stalls, faults of it
  std::string watch;          // as in a replay string, but for version and run; empty: none
  std::string watch_kind;   // the first run that this kind harms; empty: the run that `watch` names
  int watch_us = 300;       // before its violation, or the run's end
  bool watch_harm = false;  // only a run in which something broke will do
};

}  // namespace poolrace::experiments
