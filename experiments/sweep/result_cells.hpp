// SPDX-License-Identifier: MIT
// What came of a point, as cells of its row: shares with their intervals, times, costs, kinds.
#pragma once

#include <array>

#include "experiments/sweep/cells.hpp"
#include "experiments/sweep/stored_point.hpp"

namespace poolrace::experiments {

using Kinds = std::array<bool, models::kind_count>;  // those that any point of the table has

// `looked`: the number of runs depends on what was seen, so that intervals for a fixed one are not
// for it.  Where nothing ran, nothing follows from it.  The last cell is the fingerprint.
Row result_cells(const StoredPoint& point, const Kinds& kinds, bool looked);

// What it does more than `versus` under the same draws; nothing if `paired` is null.
void add_paired(Row& row, const std::string& versus, const Paired* paired, bool looked);

}  // namespace poolrace::experiments
