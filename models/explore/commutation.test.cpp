// SPDX-License-Identifier: MIT
// The footprints of the shipped programs: steps that they call independent commute
// (sim/explore/commutation.hpp), in every variant, configuration and with every seeded fault.
#include "sim/explore/commutation.hpp"

#include <gtest/gtest.h>

#include <set>

#include "models/explore/explorer.hpp"
#include "models/explore/faults.hpp"
#include "models/explore/machine.hpp"
#include "models/variants.hpp"

namespace poolrace::models {
namespace {

// Looks at the machine when there is no next step.
class Looking final : public sim::Scheduler {
 public:
  explicit Looking(sim::Scheduler& to) : to_(to) {}
  void watch(ExploreMachine& machine) { machine_ = &machine; }
  [[nodiscard]] const std::vector<Fact>& facts() const { return facts_; }
  std::uint32_t next(const std::vector<sim::Step>& taken, sim::ContextSet enabled) override {
    return to_.next(taken, enabled);
  }
  void ended(const std::vector<sim::Step>&) override { facts_ = machine_->facts(); }

 private:
  sim::Scheduler& to_;
  ExploreMachine* machine_ = nullptr;
  std::vector<Fact> facts_;
};

sim::CommutationCheck::Told tell(const ExploreTask& task, sim::Scheduler& scheduler) {
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

std::uint64_t check_task(const ExploreTask& task, std::uint64_t executions) {
  sim::CommutationCheck check([&task](sim::Scheduler& scheduler) { return tell(task, scheduler); });
  EXPECT_TRUE(check.run(1, executions)) << task.program->name << ", " << task.variant << ", "
                                        << text_of(task.config) << " " << task.fault << "\n"
                                        << check.gap();
  return check.swaps();
}

// Few pairs can be swapped where one context waits for the other.
TEST(Commutation, OfEveryProgram) {
  std::uint64_t swaps = 0;
  for (const Program& program : program_table())
    swaps += check_task({&program, "xarray-fixed", {}}, 2);
  EXPECT_GT(swaps, 1'000U);
}

std::uint64_t of_every_program(bool everywhere, std::uint64_t executions) {
  std::uint64_t swaps = 0;
  for (const Program& program : program_table())
    for (const pool::VariantInfo& variant : variant_infos())
      for (const ExploreConfig& config : configs_for(program))
        if (everywhere || config == ExploreConfig{})
          swaps += check_task({&program, variant.name, config},
                              config == ExploreConfig{} ? executions : 2);
  return swaps;
}

std::uint64_t of_every_fault(std::uint64_t executions) {
  std::uint64_t swaps = 0;
  for (const ExploreFault& fault : explore_fault_table())
    for (const char* program :
         {fault.program, "destroy-vs-put-vs-put", "put-preemptible-vs-put-bulk",
          "broken-napi-vs-put", "remove-vs-put-return-vs-late"})
      for (const pool::VariantInfo& variant : variant_infos())
        swaps += check_task({&find_program(program), variant.name, {}, fault.name}, executions);
  return swaps;
}

TEST(CommutationSlow, OfEveryProgramAndVariant) {
  EXPECT_GT(of_every_program(false, 2), 10'000U);
}
TEST(CommutationLong, OfEveryProgramVariantAndConfiguration) {
  EXPECT_GT(of_every_program(true, 8), 500'000U);
}

TEST(CommutationSlow, OfEveryFault) {
  EXPECT_GT(of_every_fault(1), 2'000U);
}
TEST(CommutationLong, OfEveryFault) {
  EXPECT_GT(of_every_fault(6), 20'000U);
}

}  // namespace
}  // namespace poolrace::models
