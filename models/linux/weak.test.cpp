// SPDX-License-Identifier: MIT
// A tree's pool where memory is weak: a patch that is right in every order of steps and wrong on every
// machine with store buffers; with its barriers, right; and that the weaker memories lose nothing that
// the stronger ones find.
#include <gtest/gtest.h>

#include "models/explore/retell.hpp"
#include "models/linux/tree_fixture.hpp"

namespace poolrace::models::linux_tree {
namespace {

using sim::MemoryModel;

constexpr const char* programs[] = {"destroy-vs-put-preemptible", "destroy-vs-put-softirq"};

Verdict explored(const std::string& program, const std::string& variant, MemoryModel memory) {
  const Verdict verdict = explore(task_of(program, variant, {.memory = memory}), {});
  EXPECT_TRUE(verdict.complete) << program << " " << words_of(memory);
  return verdict;
}

// A put sets the flag, looks whether to sync, syncs, clears it; destroy tells not to sync, then waits
// for the flag.
TEST(TreeWeakMemory, ABusyFlagIsRightInEveryOrderOfSteps) {
  for (const char* program : programs)
    EXPECT_FALSE(explored(program, fixture("BUG_BUSY_FLAG"), MemoryModel::sc).violated());
}

TEST(TreeWeakMemory, ABusyFlagWithoutBarriersSyncsWhatIsUnmapped) {
  for (const char* program : programs)
    for (const MemoryModel memory : {MemoryModel::tso, MemoryModel::pso, MemoryModel::arm}) {
      const Verdict verdict = explored(program, fixture("BUG_BUSY_FLAG"), memory);
      const Found* found = found_in(verdict, Kind::sync_after_unmap, Harm::crash);
      ASSERT_NE(found, nullptr) << program << " " << words_of(memory);
      EXPECT_FALSE(verdict.found[static_cast<std::size_t>(Kind::teardown_stall)])
          << "the loop ends";
      const Retelling told = retell(verdict.task, found->schedule);
      EXPECT_EQ(told.astray, "");
      EXPECT_TRUE(std::any_of(told.steps.begin(), told.steps.end(),
                              [](const sim::Step& step) { return step.way != 0; }));
    }
}

TEST(TreeWeakMemory, WithBarriersTheFlagIsRight) {
  for (const char* program : programs)
    for (const MemoryModel memory : {MemoryModel::tso, MemoryModel::pso, MemoryModel::arm})
      EXPECT_FALSE(explored(program, fixture("BUG_BUSY_FLAG", 2), memory).violated())
          << words_of(memory);
}

TEST(TreeWeakMemory, LosesNothingThatIsFoundInStronger) {
  for (const char* bug : {"", "BUG_SYNC_UNGUARDED", "BUG_NO_GRACE", "BUG_CLEAR_AFTER_GRACE",
                          "BUG_DOUBLE_FETCH", "BUG_NOT_TRACKED"})
    for (const char* program : programs) {
      const std::string variant = fixture(bug);
      const Verdict sc = explored(program, variant, MemoryModel::sc);
      for (const MemoryModel memory : {MemoryModel::tso, MemoryModel::arm}) {
        const Verdict weak = explored(program, variant, memory);
        for (std::size_t k = 0; k < kind_count; ++k)
          EXPECT_TRUE(!sc.found[k] || weak.found[k])
              << bug << " " << program << " " << kind_table[k].name;
        EXPECT_TRUE(*bug != 0 || !harmed(weak));
      }
    }
}

std::vector<FoundRace> races(const std::string& variant, sim::RaceRules rules) {
  ExploreTask task = task_of("destroy-vs-put-softirq", variant);
  task.races = rules;
  const Verdict verdict = explore(task, {});
  EXPECT_TRUE(verdict.complete);
  return verdict.races;
}

TEST(TreeDataRaces, AreOfTheFlagWhereItIsPlainAndNotMeant) {
  for (const sim::RaceRules rules : {sim::RaceRules::strict, sim::RaceRules::kcsan}) {
    EXPECT_TRUE(races(fixture(), rules).empty());
    EXPECT_TRUE(races(fixture("BUG_PLAIN_FLAG", 2), rules).empty());
    const std::vector<FoundRace> found = races(fixture("BUG_PLAIN_FLAG"), rules);
    ASSERT_EQ(found.size(), 2U);  // the look before the section, and the one in it
    for (const FoundRace& race : found) {
      EXPECT_NE((race.first + race.second).find("write pool.dma_sync (end_mappings)"),
                std::string::npos);
      EXPECT_NE((race.first + race.second).find("read pool.dma_sync (sync)"), std::string::npos);
      EXPECT_FALSE(race.schedule.empty());
    }
  }
}

}  // namespace
}  // namespace poolrace::models::linux_tree
