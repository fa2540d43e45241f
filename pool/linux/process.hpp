// SPDX-License-Identifier: MIT
// A program run to its end: compiler, binutils, git.  No shell: words are words.
#pragma once

#include <string>
#include <vector>

namespace poolrace::pool::linux_tree {

struct Ran {
  int status = -1;  // its exit status; -1: it could not be started, or died of a signal
  std::string out, err;
  [[nodiscard]] bool good() const { return status == 0; }
};

// `folder`: where it runs; empty: here.  `in`: what it reads.
Ran run(const std::vector<std::string>& words, const std::string& folder = "",
        const std::string& in = "");

}  // namespace poolrace::pool::linux_tree
