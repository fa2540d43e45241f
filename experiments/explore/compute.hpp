// SPDX-License-Identifier: MIT
// Verdicts on many tasks, each found in a worker process: in the order of the tasks, whatever the
// number of processes.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "models/explore/verdict.hpp"

namespace poolrace::experiments {

struct Verdicts {
  std::vector<models::Verdict> verdicts;  // of the first tasks, of all unless interrupted
  int interrupted = 0;                    // the signal, or 0
  std::exception_ptr failure;             // of the task that ended it early, or null
};
// Shows a bar on a terminal.  Errors name the task and how to see it again; one of the first task is
// thrown.
Verdicts compute_verdicts(const std::vector<models::ExploreTask>& tasks,
                          const models::ExploreOptions& options, int jobs);

// The command that explores that task alone.
std::string explore_line(const models::ExploreTask& task, const models::ExploreOptions& options);

}  // namespace poolrace::experiments
