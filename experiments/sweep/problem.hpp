// SPDX-License-Identifier: MIT
// A problem: one point of a sweep with everything that decides its runs, as one text.  Equal texts,
// equal runs; its hash is the key of the store, and the text alone is enough to compute a block in
// another process or on another machine.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/scenario/scenario.hpp"
#include "experiments/sweep/tally.hpp"

namespace poolrace::experiments {

struct Problem {
  CommonOptions options;  // scenario, profile, one variant, seed, world, stalls, faults
  std::int64_t block_runs = 0;
  models::Parameters parameters{};
  std::string text;  // the definition
  std::string hash;  // of it, 16 hex digits
};

// What all problems of a store have in common: version, scenario, seed, …
using Definition = std::vector<std::pair<std::string, std::string>>;
Definition definition_of(const CommonOptions& options, std::int64_t block_runs);

Problem make_problem(const CommonOptions& options, const Resolved& resolved,
                     const std::string& variant, std::int64_t block_runs);
// ConfigError if it is damaged or of another version.
Problem parse_problem(const std::string& text);

models::RunOptions run_options(const Problem& problem, std::int64_t run);
// One string that `replay` accepts.
std::string replay_string(const Problem& problem, std::int64_t run);
// The same for many runs of a problem that a store has; "" if nothing here can run it any more (its
// store is another version's, a file of it is gone).
using ReplayOfRun = std::function<std::string(std::int64_t run)>;
ReplayOfRun replay_of(const std::string& problem_text);

std::string full_version();  // "0.2.0 1a2b3c4": another commit may draw other runs

}  // namespace poolrace::experiments
