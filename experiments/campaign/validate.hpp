// SPDX-License-Identifier: MIT
// The simulation beside published tables and closed forms that it was not built from
// (`poolrace validate`).  Three groups: the PCIe link's arithmetic against the published model; the
// number of pages with holders against M/G/infinity; crashes against the dangerous time that the
// same runs measured (Poisson-binomial).  The allocator's published times are `bench pool`'s.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace poolrace::experiments {

struct ValidationRow {
  std::string name;
  std::string source;  // of the expected value
  double expected, simulated;
  std::string unit;
  double deviation;  // in standard errors where the simulation draws; else relative
  bool sampled;
};

// How many holds have not ended at the end of a measured stretch, over many runs.
struct HeldPages {
  double mean = 0, variance = 0;
  double expected = 0;  // lambda E[hold]
};
HeldPages held_pages(const std::string& hold, std::int64_t runs, int jobs);

// Some seconds for `runs` = 100.  A signal throws Interrupted; then `rows` has those that are whole.
void validate(std::int64_t runs, int jobs, std::vector<ValidationRow>& rows);

}  // namespace poolrace::experiments
