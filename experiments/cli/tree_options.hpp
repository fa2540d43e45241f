// SPDX-License-Identifier: MIT
// Variants that are kernel trees of the user's own, "linux:TREE[@REF]", where the command line names
// variants: compiled when they are first named, and told of on stderr while that goes on.
#pragma once

#include <string>
#include <vector>

#include "experiments/cli/command_line.hpp"
#include "pool/linux/compile.hpp"

namespace poolrace::experiments {

// Options of commands that name trees: --extra, --pool-stats.
void add_tree_options(CommandLine& line);
// What they say of how trees are built.
pool::linux_tree::BuildOptions tree_options(const ParsedLine& parsed);
// Each tree among them under its full name; the others as they are.
std::vector<std::string> with_trees(std::vector<std::string> variants, const ParsedLine& parsed,
                                    const std::string& where);

}  // namespace poolrace::experiments
