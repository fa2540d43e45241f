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

struct ExploreOptions {
  bool reduced = true;
  int preemptions = -1;                      // of a plain search; -1: no bound
  std::uint64_t executions_max = 1'000'000;  // reaching it leaves the verdict incomplete
};

using Schedule = std::vector<std::uint32_t>;  // context ids, one a step

struct Found {
  Violation violation;           // with harm, if any order does harm
  Schedule schedule;             // up to the violation
  std::uint64_t executions = 0;  // in which it happened
};

struct Verdict {
  ExploreTask task;
  ExploreOptions options;
  bool complete = false;
  std::uint64_t executions = 0, cut = 0, steps = 0;  // cut: begun in vain by the reduction
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
// ConfigError that names the field; `what` begins with "poolrace/".
ScheduledTask parse_schedule_string(const std::string& what);

struct Retelling {
  Execution execution;
  std::vector<sim::Step> steps;
  bool astray = false;      // the schedule asked for a context that could not go on
  std::vector<Fact> facts;  // where the schedule ends
};
// `go_on`: past the schedule's end, each context as long as it can; else it stops there.
Retelling retell(const ExploreTask& task, const Schedule& schedule, bool go_on = true);

}  // namespace poolrace::models
