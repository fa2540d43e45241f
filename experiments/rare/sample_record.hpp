// SPDX-License-Identifier: MIT
// A sample as a line of text: what a worker tells, and a store keeps.
// Left out: what of a sample only its own process needs.
#pragma once

#include <string>
#include <vector>

#include "experiments/rare/aim_proposal.hpp"
#include "experiments/rare/sample.hpp"

namespace poolrace::experiments {

struct Shots {
  std::vector<Shot> by_hold, by_teardown;
};
struct SampleRecord {
  Sample sample;
  Shots shots;
};
// Interruptions are a pilot's to keep.
std::string packed(const SampleRecord& record, bool piloting);
SampleRecord unpacked_sample(const std::string& record);

}  // namespace poolrace::experiments
