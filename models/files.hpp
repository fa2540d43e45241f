// SPDX-License-Identifier: MIT
// The files that parameters name: read once, when the parameters are settled and before any run, so
// that all runs of a campaign see the same, and told by what is in them, so that a replay sees it too.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/parameters.hpp"

namespace poolrace::models {

struct FileContents {
  std::string role;        // the parameter that names the file
  std::uint64_t hash = 0;  // of what a run sees of it
};

// Fills Parameters::recorded and HoldTimeParams::histogram.  ConfigError names file and line.
void read_files(Parameters& p);
std::vector<FileContents> contents_of(const Parameters& p);  // what was read

}  // namespace poolrace::models
