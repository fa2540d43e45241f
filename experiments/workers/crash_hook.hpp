// SPDX-License-Identifier: MIT
// For tests of what happens around a worker that dies: the environment variable
// POOLRACE_TEST_CRASH=abort@3 (or segfault@3, memory@3) ends the worker that computes run 3, with
// abort@3:scan as it comes to that variant.
// `memory` lowers the process's RLIMIT_AS and allocates until there is no more.
#pragma once

#include <cstdint>
#include <string>

namespace poolrace::experiments {

// Called in a worker before each run.  ConfigError if the variable does not say WAY@RUN.
void crash_on_request(std::int64_t run, const std::string& variant = "");

}  // namespace poolrace::experiments
