// SPDX-License-Identifier: MIT
// What a pilot learns of where delays, and shots at drains, do harm: what is proposed then.
#pragma once

#include <cmath>
#include <vector>

#include "experiments/rare/aim_proposal.hpp"
#include "experiments/rare/insertion.hpp"

namespace poolrace::experiments {

// Of a kind of delay.
struct Learned {
  double promise = 0, plain_runs = 0;
  std::vector<double> draws = std::vector<double>(put_strata + 1, 0), hits = draws;

  // The share that hits decides how much is proposed; its root, for a stratum's error goes with that.
  // What was hardly tried is thought to hit now and then.
  [[nodiscard]] Proposal proposal() const {
    Proposal out;
    for (std::size_t s = 0; s < put_strata; ++s)
      out.yields.push_back(std::sqrt((hits[s] + 0.05) / (draws[s] + 0.5)));
    return out;
  }
};

// The same of shots.
struct LearnedAim {
  std::vector<double> draws = std::vector<double>(aim_bins + 1, 0), hits = draws;

  [[nodiscard]] AimProposal proposal() const {
    AimProposal out;
    for (std::size_t b = 0; b < aim_bins; ++b)
      out.shares[b] = std::sqrt((hits[b] + 0.2) / (draws[b] + 4));
    return out;
  }
};

}  // namespace poolrace::experiments
