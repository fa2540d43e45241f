// SPDX-License-Identifier: MIT
// The verdict on one (program, variant, configuration): every kind of violation that some order of
// steps leads to, with the shortest such order found; or, if the search was complete, that there
// is none within the bound.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "models/explore/execution.hpp"

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

using Schedule = std::vector<std::uint32_t>;  // context ids, one a step

struct Found {
  Violation violation;           // with harm, if any order does harm
  Schedule schedule;             // up to the violation, shrunk
  std::uint64_t executions = 0;  // in which it happened
};

struct Verdict {
  ExploreTask task;
  ExploreOptions options;
  bool complete = false;
  std::uint64_t executions = 0, cut = 0, steps = 0;  // cut: begun in vain by the reduction
  std::uint64_t contexts = 0, steps_longest = 0;     // of any execution: pct's n and k
  double seconds = 0;
  std::array<std::optional<Found>, kind_count> found;
};

Verdict explore(const ExploreTask& task, const ExploreOptions& options = {});

// One self-contained line: "poolrace/VERSION;program=…;variant=…;iommu=…;…;schedule=1x12,2,1x3".
std::string schedule_string(const ExploreTask& task, const Schedule& schedule,
                            const std::string& version);
struct ScheduledTask {
  ExploreTask task;
  Schedule schedule;
  std::string version;
};
// ConfigError that names the field; `what` begins with "poolrace/".  If a version is given, another
// one is refused first: its programs may have other names, and take other steps.
ScheduledTask parse_schedule_string(const std::string& what, const std::string& version = "");

struct Retelling {
  Execution execution;
  std::vector<sim::Step> steps;
  std::string astray;       // where the schedule could not be followed; empty: nowhere
  std::vector<Fact> facts;  // where the schedule ends
};
// `go_on`: past the schedule's end, each context as long as it can; else it stops there.
Retelling retell(const ExploreTask& task, const Schedule& schedule, bool go_on = true);

}  // namespace poolrace::models
