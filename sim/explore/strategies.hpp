// SPDX-License-Identifier: MIT
// Schedulers for programs too large for the search: each execution draws its own order, from
// streams keyed by seed and number of the execution, so that any one can be had again.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/chance/random.hpp"
#include "sim/explore/step.hpp"

namespace poolrace::sim {

// Each step by any of those that can, all alike.
class RandomWalk final : public Scheduler {
 public:
  RandomWalk(std::uint64_t seed, std::uint64_t execution);
  std::uint32_t next(const std::vector<Step>& taken, ContextSet enabled) override;
  std::uint32_t choose(const std::vector<Step>& taken, std::uint64_t allowed) override;

 private:
  Stream draw_;
};

// Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler with probabilistic
// guarantees of finding bugs", ASPLOS 2010.  Contexts have random priorities, the highest that can
// takes the step; at depth - 1 random steps whoever takes it falls below all.  A bug that needs
// `depth` ordered pairs of steps, of n contexts and k steps, is found by one execution with
// probability at least 1/(n k^(depth-1)).  In which way a step goes on is drawn, all alike: the bound
// is for programs without ways.
class Pct final : public Scheduler {
 public:
  Pct(std::uint64_t steps, int depth, std::uint64_t seed, std::uint64_t execution);
  std::uint32_t next(const std::vector<Step>& taken, ContextSet enabled) override;
  std::uint32_t choose(const std::vector<Step>& taken, std::uint64_t allowed) override;

 private:
  Stream draw_;
  std::array<std::uint8_t, 64> priority_;  // by context; higher goes first
  std::vector<std::uint64_t> change_at_;   // the number of a step; the i-th leaves priority i
};

double pct_bound(std::uint64_t contexts, std::uint64_t steps, int depth);

}  // namespace poolrace::sim
