// SPDX-License-Identifier: MIT
// A table of runs, one line each: what came of it, when, how long, at which cost.  What stands
// before (variant, what was varied) and the replay string behind belong to whoever knows them.
#pragma once

#include <string>
#include <vector>

#include "experiments/runs/run_row.hpp"

namespace poolrace::experiments {

// run, crashed, …, fingerprint.
std::vector<std::string> run_columns();
// "true" or "false"; "" where there is none; kinds with "; " between them.
std::vector<std::string> run_cells(std::int64_t run, const RunRow& row);

}  // namespace poolrace::experiments
