// SPDX-License-Identifier: MIT
// The explorer on the pool itself: the seed's diagram is found and can be replayed; the reduction
// finds what plain enumeration within a preemption bound finds.
#include "models/explore/explorer.hpp"

#include <gtest/gtest.h>

#include <set>

#include "models/explore/graph.hpp"
#include "models/explore/retell.hpp"
#include "models/explore/schedule_string.hpp"
#include "models/variants.hpp"
#include "sim/errors.hpp"
#include "sim/explore/strategies.hpp"

namespace poolrace::models {
namespace {

ExploreTask task_of(const char* program, const char* variant, const ExploreConfig& config = {}) {
  return {&find_program(program), variant, config};
}

const Found* found(const Verdict& verdict, Kind kind) {
  const auto& it = verdict.found[static_cast<std::size_t>(kind)];
  return it ? &*it : nullptr;
}

TEST(Explorer, FindsTheSeedsDiagramUnderScan) {
  const Verdict verdict = explore(task_of("destroy-vs-put-preemptible", "scan"));
  EXPECT_TRUE(verdict.complete);
  const Found* sync = found(verdict, Kind::sync_after_unmap);
  ASSERT_NE(sync, nullptr);
  EXPECT_EQ(sync->violation.ended_by, "destroy's scan");
  EXPECT_EQ(sync->violation.harm, Harm::crash);
}

TEST(Explorer, NoSyncFollowsTheScanUnderScanRcu) {
  for (const Program& program : program_table()) {
    const Verdict verdict = explore({&program, "scan-rcu", {}}, {.executions_max = 20'000});
    if (const Found* sync = found(verdict, Kind::sync_after_unmap)) {
      EXPECT_NE(sync->violation.ended_by, "destroy's scan") << program.name;
    }
  }
}

// The bound of the walk is read and raised outside of words: it must be in the footprint.
TEST(Explorer, TheWalkMeetsAnEntryThatAPollHasJustStored) {
  const Verdict verdict = explore(task_of("broken-napi", "xarray-rfc"));
  EXPECT_TRUE(verdict.complete);
  EXPECT_NE(found(verdict, Kind::sync_after_unmap), nullptr);
}

TEST(Explorer, AScheduleReplaysToTheSameKindAndSteps) {
  const Verdict verdict = explore(task_of("destroy-vs-put-preemptible", "scan"));
  const Found* sync = found(verdict, Kind::sync_after_unmap);
  ASSERT_NE(sync, nullptr);
  const std::string text = schedule_string(verdict.task, sync->schedule, "1.2.3");
  const ScheduledTask parsed = parse_schedule_string(text);
  EXPECT_EQ(parsed.version, "1.2.3");
  EXPECT_EQ(parsed.schedule, sync->schedule);
  EXPECT_EQ(parsed.task.config, verdict.task.config);
  const Retelling told = retell(parsed.task, parsed.schedule);
  EXPECT_EQ(told.astray, "");
  ASSERT_FALSE(told.execution.violations.empty());
  EXPECT_EQ(told.execution.violations.back().kind, Kind::sync_after_unmap);
  EXPECT_EQ(told.execution.violations.back().ended_by, "destroy's scan");
  ASSERT_GE(told.steps.size(), sync->schedule.size());
  for (std::size_t i = 0; i < sync->schedule.size(); ++i)
    ASSERT_EQ(told.steps[i].context, sync->schedule[i]);
}

// A step that its own harm cuts short is named all the same, in replays and in the state graph.
TEST(Explorer, AStepCutShortByItsHarmHasASite) {
  for (const Program& program : program_table()) {
    if (program.large) continue;
    for (const char* variant : {"baseline", "scan", "items-v2", "blocks-v11", "xarray-rfc"}) {
      const ExploreTask task{&program, variant, {}};
      const Verdict verdict = explore(task, {.executions_max = 300});
      for (const auto& it : verdict.found) {
        if (!it) continue;
        for (const sim::Step& step : retell(task, it->schedule).steps)
          EXPECT_STRNE(step.site, "") << schedule_string(task, it->schedule, "1");
      }
    }
  }
}

TEST(Explorer, DrawnOrdersAreTheSameAgainAndNeverComplete) {
  for (const Strategy strategy : {Strategy::pct, Strategy::random}) {
    const ExploreOptions options{.strategy = strategy, .executions_max = 500, .seed = 3};
    const ExploreTask task = task_of("destroy-vs-put-preemptible", "scan");
    const Verdict verdict = explore(task, options), again = explore(task, options);
    EXPECT_FALSE(verdict.complete);
    EXPECT_EQ(verdict.executions, 500U);
    EXPECT_EQ(verdict.contexts, 2U);
    EXPECT_EQ(again.steps, verdict.steps);
    for (std::size_t kind = 0; kind < kind_count; ++kind) {
      ASSERT_EQ(again.found[kind].has_value(), verdict.found[kind].has_value());
      if (!verdict.found[kind]) continue;
      EXPECT_EQ(again.found[kind]->schedule, verdict.found[kind]->schedule);
      EXPECT_EQ(again.found[kind]->executions, verdict.found[kind]->executions);
    }
  }
}

// A walk would have to stay with destroy for dozens of steps in a row; pct does so by itself.
TEST(Explorer, PctFindsTheSeedsDiagram) {
  const Verdict verdict = explore(task_of("destroy-vs-put-preemptible", "scan"),
                                  {.strategy = Strategy::pct, .executions_max = 500});
  const Found* sync = found(verdict, Kind::sync_after_unmap);
  ASSERT_NE(sync, nullptr);
  EXPECT_EQ(sync->violation.ended_by, "destroy's scan");
  EXPECT_GE(static_cast<double>(sync->executions),
            500 * sim::pct_bound(verdict.contexts, verdict.steps_longest, 3));
}

// Kinds with and without harm, and what ended the object.
std::set<std::string> outcomes(const Verdict& verdict) {
  std::set<std::string> out;
  for (const auto& it : verdict.found)
    if (it)
      out.insert(std::string(kind_info(it->violation.kind).name) + " " +
                 harm_name(it->violation.harm));
  return out;
}

TEST(ExplorerSlow, TheReductionMissesNothingThatPlainEnumerationFinds) {
  for (const char* program : {"destroy-vs-put-preemptible", "destroy-vs-put-softirq",
                              "destroy-vs-put-bh-off", "remove-vs-put-preemptible"})
    for (const pool::VariantInfo& variant : variant_infos()) {
      const ExploreTask task = task_of(program, variant.name);
      const Verdict reduced = explore(task);
      const Verdict plain = explore(task, {Strategy::plain, 2, 20'000});
      const auto all = outcomes(reduced), some = outcomes(plain);
      EXPECT_TRUE(reduced.complete) << program << " " << variant.name;
      for (const std::string& it : some)
        EXPECT_TRUE(all.contains(it)) << program << ", " << variant.name << ": " << it;
    }
}

TEST(Explorer, AMachineThatIsNotModelledGetsNoVerdict) {
  for (const ExploreConfig& config : every_config())
    EXPECT_NO_THROW(check_together(config, program_table().front()));
  for (const IommuMode iommu : {IommuMode::strict, IommuMode::lazy}) {
    const ExploreTask task = task_of("recycle-and-post", "scan", {.iommu = iommu, .swiotlb = true});
    EXPECT_THROW(explore(task, {.executions_max = 1}), ConfigError);
    EXPECT_THROW(state_graph(task, 50), ConfigError);
  }
}

}  // namespace
}  // namespace poolrace::models
