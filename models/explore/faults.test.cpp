// SPDX-License-Identifier: MIT
// Seeded faults of world `explore`: each is caught as its kind within the executions that the table
// states; without it, all orders of the same program never raise that kind.
#include "models/explore/faults.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "models/explore/explorer.hpp"
#include "models/explore/retell.hpp"
#include "models/explore/schedule_string.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

ExploreTask task_of(const ExploreFault& fault, const char* name) {
  return {&find_program(fault.program), fault.variant, {}, name};
}

const Found* found(const Verdict& verdict, Kind kind) {
  const auto& it = verdict.found[static_cast<std::size_t>(kind)];
  return it ? &*it : nullptr;
}

Verdict within_its_executions(const ExploreFault& fault) {
  return explore(task_of(fault, fault.name),
                 {.executions_max = static_cast<std::uint64_t>(fault.executions)});
}

class ExploreFaultMatrix : public testing::TestWithParam<const ExploreFault*> {};

TEST_P(ExploreFaultMatrix, IsCaughtAsItsKindWithinItsExecutions) {
  const ExploreFault& fault = *GetParam();
  EXPECT_NE(found(within_its_executions(fault), fault.kind), nullptr)
      << "not in " << fault.executions << " executions";
}

TEST_P(ExploreFaultMatrix, TheHealthyMachineNeverRaisesThatKind) {
  const ExploreFault& fault = *GetParam();
  const Verdict verdict = explore(task_of(fault, ""), {.executions_max = 1000});
  EXPECT_TRUE(verdict.complete);
  EXPECT_EQ(found(verdict, fault.kind), nullptr);
}

TEST_P(ExploreFaultMatrix, ItsScheduleIsRetoldFromTheString) {
  const ExploreFault& fault = *GetParam();
  const Verdict verdict = within_its_executions(fault);
  const Found* it = found(verdict, fault.kind);
  ASSERT_NE(it, nullptr);
  const std::string text = schedule_string(verdict.task, it->schedule, "1");
  EXPECT_NE(text.find(std::string(";fault=") + fault.name + ";"), std::string::npos);
  const ScheduledTask parsed = parse_schedule_string(text);
  EXPECT_EQ(parsed.task.fault, fault.name);
  const Retelling told = retell(parsed.task, parsed.schedule);
  EXPECT_EQ(told.astray, "");
  EXPECT_TRUE(std::any_of(told.execution.violations.begin(), told.execution.violations.end(),
                          [&](const Violation& v) { return v.kind == fault.kind; }));
}

std::vector<const ExploreFault*> all_faults() {
  std::vector<const ExploreFault*> faults;
  for (const ExploreFault& fault : explore_fault_table()) faults.push_back(&fault);
  return faults;
}

INSTANTIATE_TEST_SUITE_P(Faults, ExploreFaultMatrix, testing::ValuesIn(all_faults()),
                         [](const auto& tested) {
                           std::string name = tested.param->name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST(ExploreFaults, NamesAreUniqueAndAnUnknownOneIsAnErrorThatNamesTheNearest) {
  std::set<std::string> names;
  for (const ExploreFault& fault : explore_fault_table())
    EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
  EXPECT_GE(names.size(), 12u);
  try {
    find_explore_fault("skip-unmpa");
    ADD_FAILURE() << "no error";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "unknown fault 'skip-unmpa' (nearest: skip-unmap)");
  }
}

TEST(ExploreFaults, AStringWithoutAFaultHasNone) {
  const ExploreTask task{&find_program("put-preemptible-vs-put-preemptible"), "scan", {}, ""};
  const std::string text = schedule_string(task, {1, 2}, "1");
  EXPECT_EQ(text.find("fault"), std::string::npos);
  EXPECT_EQ(parse_schedule_string(text).task.fault, "");
}

}  // namespace
}  // namespace poolrace::models
