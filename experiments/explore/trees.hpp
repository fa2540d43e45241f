// SPDX-License-Identifier: MIT
// Variants that are kernel trees of the user's own, "linux:TREE[@REF]", where the command line names
// variants: compiled when they are first named, and told of on stderr while that goes on.
#pragma once

#include <string>
#include <vector>

#include "experiments/cli/command_line.hpp"
#include "models/explore/task.hpp"
#include "pool/linux/compile.hpp"

namespace poolrace::experiments {

// Options of commands that name trees: --extra, --pool-stats.
void add_tree_options(CommandLine& line);
// Each tree among them under its full name; the others as they are.
std::vector<std::string> with_trees(std::vector<std::string> variants, const ParsedLine& parsed,
                                    const std::string& where);
// The tree that a schedule is of, if it is of one: from now on its variant is known.
void know_tree_of_schedule(const std::string& text, const ParsedLine& parsed);
// The line of the tree at which the last step of that schedule was asked for, where its site says
// none ("dma: unmap, clear the PTE"); empty: it does, or the task is of no tree.
std::string called_at(const models::ExploreTask& task, const models::Schedule& schedule);
// What the options say of how trees are built.
pool::linux_tree::BuildOptions tree_options(const ParsedLine& parsed);

}  // namespace poolrace::experiments
