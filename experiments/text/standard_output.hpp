// SPDX-License-Identifier: MIT
// The one way to stdout.  While a StandardOutput lives std::cout is written by it: the first write
// that fails (a full disk, a limit, a reader that left) throws std::ios_base::failure out of the
// command, so that none goes on to say nothing to nobody, and finish() says why.  printf would go
// another way: scripts/check-arrows.py finds it.
#pragma once

#include <streambuf>

#include "experiments/text/fd_buffer.hpp"

namespace poolrace::experiments {

class StandardOutput {
 public:
  StandardOutput();
  ~StandardOutput();
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  int finish();  // writes what is held back; 0, or the errno of the first write that failed

 private:
  FdBuffer buffer_;
  std::streambuf* before_;
};

// Descriptors 0, 1 and 2 that the caller closed, opened on /dev/null: else the next file that is
// opened would be stdout.  Before anything else is opened.
void open_standard_descriptors();

}  // namespace poolrace::experiments
