// SPDX-License-Identifier: MIT
// The simulation beside published tables and closed forms (`poolrace validate`): every number that
// was published of a part or a path we model, hit or miss, and beside it whether the models were
// told it.  Nothing is fitted to a row; what the models do not have is a row without a value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "experiments/validate/row.hpp"

namespace poolrace::experiments {

// How many holds have not ended at the end of a measured stretch, over many runs.
struct HeldPages {
  double mean = 0, variance = 0;
  double expected = 0;  // lambda E[hold]
};
HeldPages held_pages(const std::string& hold, std::int64_t runs, int jobs);

// Some seconds for `runs` = 100.  A signal throws Interrupted; then `rows` has those that are whole.
void validate(std::int64_t runs, int jobs, ValidationRows& rows);

// Of the rows that nobody told the models: how near they come.
struct Nearness {
  std::size_t rows = 0;                                 // with a value
  std::size_t within_15_percent = 0, within_twice = 0;  // the second counts the first as well
  std::size_t missing = 0;                              // the models have no such thing
};
Nearness nearness(const ValidationRows& rows);

}  // namespace poolrace::experiments
