// SPDX-License-Identifier: MIT
// What is asked of `rare`.
#pragma once

#include <cstdint>
#include <string>

#include "experiments/rare/ladder.hpp"
#include "experiments/scenario/scenario.hpp"

namespace poolrace::experiments {

struct RareRequest {
  CommonOptions options;       // options.runs: samples at most
  std::string kind = "crash";  // or "corruption", or a kind's name
  double until = 0.2;          // half of the 95 % interval over the probability; 0: all samples
  std::int64_t round = 200;    // samples between two looks at that; the pilot has three rounds;
                               // no more than there may be in all
  int windows = 1;             // of its teardown's dates that a plain run is held against
  LadderSize ladder = {.replicas = 0};  // climbed after the samples; 0 replicas: not
  bool plain_only = false;              // count the plain runs alone
  double budget_s = 0;                  // no round begins later; 0: none is too late
};

}  // namespace poolrace::experiments
