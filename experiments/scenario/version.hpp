// SPDX-License-Identifier: MIT
// What this binary is: the words of `--version`, and those that a result or a replay string
// carries.
#pragma once

#include <string>

namespace poolrace::experiments {

const char* version();   // "0.2.0"
const char* commit();    // short git commit, "-dirty" behind it if files differ, or "unknown"
const char* engine();    // "SimGrid 3.32", as built against
const char* compiler();  // "g++ 12.2.0"

std::string version_text();  // all four in one line

}  // namespace poolrace::experiments
