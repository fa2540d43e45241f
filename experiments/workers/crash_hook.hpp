// SPDX-License-Identifier: MIT
// For tests of what happens around a worker that dies: the environment variable
// POOLRACE_TEST_CRASH=abort@3 (or segfault@3, memory@3) ends the worker that computes run 3.
// `memory` lowers the process's RLIMIT_AS and allocates until there is no more.
#pragma once

#include <cstdint>

namespace poolrace::experiments {

// Called in a worker before each run.  ConfigError if the variable does not say WAY@RUN.
void crash_on_request(std::int64_t run);

}  // namespace poolrace::experiments
