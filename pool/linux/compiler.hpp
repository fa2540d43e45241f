// SPDX-License-Identifier: MIT
// The C compiler and its flags: those that make a step of every access (pool/linux/README.md), and
// those of a kernel for real threads.
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
  std::vector<std::string> link;
};
Compiler find_compiler(const std::string& optimise);
// Without steps: what a kernel is compiled with, but for what a shared object must have.
Compiler native_compiler(const std::string& optimise, bool preempt, const std::string& sanitizer);

// The first line of what a compiler or linker said that tells what is wrong.
std::string first_error(const std::string& said);

}  // namespace poolrace::pool::linux_tree
