// SPDX-License-Identifier: MIT
// Schedules of kernel trees: whose they are, and the tree's own line behind a step.
#pragma once

#include <string>

#include "experiments/cli/command_line.hpp"
#include "models/explore/task.hpp"

namespace poolrace::experiments {

// The tree that a schedule is of, if it is of one: from now on its variant is known.
void know_tree_of_schedule(const std::string& text, const ParsedLine& parsed);
// The line of the tree at which the last step of that schedule was asked for, where its site says
// none ("dma: unmap, clear the PTE"); empty: it does, or the task is of no tree.
std::string called_at(const models::ExploreTask& task, const models::Schedule& schedule);

}  // namespace poolrace::experiments
