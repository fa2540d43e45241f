// SPDX-License-Identifier: MIT
// The C compiler and the flags that make a step of every access (pool/linux/README.md).
#pragma once

#include <string>
#include <vector>

namespace poolrace::pool::linux_tree {

struct Compiler {
  std::string name;     // $CC, or cc
  std::string version;  // its first line
  bool clang = false;
  std::vector<std::string> flags;       // for every file
  std::vector<std::string> instrument;  // for those whose accesses are steps
};
Compiler find_compiler(const std::string& optimise);

// The first line of what a compiler or linker said that tells what is wrong.
std::string first_error(const std::string& said);

}  // namespace poolrace::pool::linux_tree
