// SPDX-License-Identifier: MIT
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdlib>

#include "experiments/commands/commands.hpp"
#include "experiments/text/standard_output.hpp"

namespace {

// A program that starts us (the Python package) names itself in POOLRACE_PARENT: we end with it.
void end_with_parent() {
  const char* parent = std::getenv("POOLRACE_PARENT");
  if (parent == nullptr) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != std::atoi(parent)) ::_exit(1);  // it went before we asked
}

}  // namespace

int main(int argc, char** argv) {
  poolrace::experiments::open_standard_descriptors();
  end_with_parent();
  return poolrace::experiments::main_of({argv + 1, argv + argc});
}
