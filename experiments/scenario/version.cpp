// SPDX-License-Identifier: MIT
#include "experiments/scenario/version.hpp"

#include "version_commit.hpp"  // written at every build by cmake/version.cmake

namespace poolrace::experiments {

const char* version() {
  return POOLRACE_VERSION;
}
const char* commit() {
  return POOLRACE_COMMIT;
}
const char* engine() {
  return POOLRACE_ENGINE;
}

const char* compiler() {
#if defined(__clang__)
  return "clang++ " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

std::string version_text() {
  return std::string("poolrace ") + version() + " (commit " + commit() + "), engine " + engine() +
         ", compiler " + compiler();
}

}  // namespace poolrace::experiments
