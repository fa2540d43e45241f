// SPDX-License-Identifier: MIT
// For tests: whether steps of a task that their footprints call independent commute, the whole state
// compared afterwards (sim/explore/commutation.hpp).
#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "models/explore/execution.hpp"
#include "models/explore/machine.hpp"
#include "sim/explore/commutation.hpp"

namespace poolrace::models {

// Looks at the machine when there is no next step.
class Looking final : public sim::Scheduler {
 public:
  explicit Looking(sim::Scheduler& to) : to_(to) {}
  void watch(ExploreMachine& machine) { machine_ = &machine; }
  [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }
  std::uint32_t next(const std::vector<sim::Step>& taken, sim::ContextSet enabled) override {
    return to_.next(taken, enabled);
  }
  std::uint32_t choose(const std::vector<sim::Step>& taken, std::uint64_t allowed) override {
    return to_.choose(taken, allowed);
  }
  void ended(const std::vector<sim::Step>&) override { facts_ = machine_->facts(); }

 private:
  sim::Scheduler& to_;
  ExploreMachine* machine_ = nullptr;
  std::vector<Fact> facts_;
};

inline sim::CommutationCheck::Told tell(const ExploreTask& task, sim::Scheduler& scheduler) {
  Looking looking(scheduler);
  ExploreMachine machine(task, looking);
  looking.watch(machine);
  const Execution execution = machine.run();
  // Which misuse of a kind came first depends on the order, and decides nothing.
  std::set<std::string> kinds;
  for (const Violation& v : execution.violations)
    kinds.insert(std::string(kind_info(v.kind).name) + " " + harm_name(v.harm) + "\n");
  std::string outcome;
  for (const std::string& kind : kinds) outcome += kind;
  for (const Fact& fact : looking.facts())
    outcome += fact.group + ", " + fact.name + ": " + fact.value + "\n";
  return {execution.end, machine.world().steps(), outcome};
}

inline std::uint64_t check_task(const ExploreTask& task, std::uint64_t executions) {
  sim::CommutationCheck check([&task](sim::Scheduler& scheduler) { return tell(task, scheduler); });
  EXPECT_TRUE(check.run(1, executions)) << task.program->name << ", " << task.variant << ", "
                                        << text_of(task.config) << " " << task.fault << "\n"
                                        << check.gap();
  return check.swaps();
}

}  // namespace poolrace::models
