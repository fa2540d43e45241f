// SPDX-License-Identifier: MIT
// The verdict on one (program, variant, configuration): every kind of violation that some order of
// steps leads to, with the shortest such order found; or, if the search was complete, that there
// is none within the bound.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/checker/checker.hpp"
#include "models/explore/task.hpp"

namespace poolrace::models {

// The first two try every order, once, and can be complete; the others draw one after the other.
enum class Strategy : std::uint8_t { reduced, plain, pct, random };
inline constexpr const char* strategy_names[] = {"reduced", "plain", "pct", "random"};

struct ExploreOptions {
  Strategy strategy = Strategy::reduced;
  int preemptions = -1;                      // of a plain search; -1: no bound
  std::uint64_t executions_max = 1'000'000;  // reaching it leaves the verdict incomplete
  int depth = 3;                             // of pct
  std::uint64_t seed = 1;                    // of pct and random
};

struct Found {
  Violation violation;           // with harm, if any order does harm
  Schedule schedule;             // up to the violation, shrunk
  std::uint64_t executions = 0;  // in which it happened
};

struct FoundRace {
  std::string first, second;  // sites
  Schedule schedule;          // up to the second, the shortest
};

struct Verdict {
  ExploreTask task;
  ExploreOptions options;
  bool complete = false;
  std::uint64_t executions = 0, cut = 0, steps = 0;  // cut: begun in vain by the reduction
  std::uint64_t contexts = 0, steps_longest = 0;     // of any execution: pct's n and k
  double seconds = 0;
  std::array<std::optional<Found>, kind_count> found;
  std::vector<FoundRace> races;  // by their sites
  [[nodiscard]] bool violated() const {
    return std::any_of(found.begin(), found.end(), [](const auto& f) { return f.has_value(); });
  }
};

}  // namespace poolrace::models
