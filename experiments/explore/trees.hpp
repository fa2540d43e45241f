// SPDX-License-Identifier: MIT
// Variants that are kernel trees of the user's own, "linux:TREE[@REF]", where the command line names
// variants: compiled when they are first named, and told of on stderr while that goes on.
#pragma once

#include <string>
#include <vector>

namespace poolrace::experiments {

// Each tree among them under its full name; the others as they are.
std::vector<std::string> with_trees(std::vector<std::string> variants, const std::string& where);
// The tree that a schedule is of, if it is of one: from now on its variant is known.
void know_tree_of_schedule(const std::string& text);

}  // namespace poolrace::experiments
