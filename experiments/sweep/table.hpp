// SPDX-License-Identifier: MIT
// A study as tables: one row a point, with what was varied and what came of it; or one row a run.
#pragma once

#include <string>
#include <vector>

#include "experiments/sweep/cells.hpp"
#include "experiments/sweep/sweep.hpp"

namespace poolrace::experiments {

// Every problem of a store, sorted by what defines it.  Columns and rows are a function of what the
// store holds, but for hosts, compilers and times: equal studies give equal tables.  Differences are
// against the variant `versus`, by run on the same draws; "": the first by name.
std::vector<Row> study_rows(Store& store, const std::string& versus = "");
// The points of one sweep, in the order of its grid; "": the first variant of the grid.
std::vector<Row> sweep_rows(Sweep& sweep);

// As CSV, a line a run, points in the same orders.
std::string study_runs(Store& store);
std::string sweep_runs(Sweep& sweep);

}  // namespace poolrace::experiments
