// SPDX-License-Identifier: MIT
// What a judgement says of pools whose truth is known, how far it says it came, and what the command
// makes of it.
#include "experiments/judge/judge.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "experiments/commands/said.hpp"
#include "experiments/judge/report.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

Judged of_nothing() {
  Judged judged{.variant = "xarray-fixed", .plan = judge_plan("xarray-fixed")};
  judged.verdicts.resize(judged.plan.tasks.size());
  return judged;
}

Judged with(models::Harm harm) {
  Judged judged = of_nothing();
  models::Verdict verdict;
  verdict.task = judged.plan.tasks[0];
  verdict.found[0].emplace().violation.harm = harm;
  judged.verdicts[0] = verdict;
  return judged;
}

TEST(Judge, SaysByItsStatusWhatWasFound) {
  EXPECT_EQ(judged_status(with(models::Harm::crash), false), 10);
  EXPECT_EQ(judged_status(with(models::Harm::crash), true), 10);
  EXPECT_EQ(judged_status(with(models::Harm::none), false), 0);
  EXPECT_EQ(judged_status(with(models::Harm::none), true), 125) << "not all was tried";
  Judged all = of_nothing();
  for (auto& verdict : all.verdicts) verdict.emplace().complete = true;
  EXPECT_EQ(judged_status(all, true), 0);
}

TEST(Judge, ASecondOpinionNamesWhatDiffers) {
  const std::vector<OtherBuild> others{{"scan", "compiled at -Og"}};
  Judged judged{
      .variant = "xarray-fixed", .others = others, .plan = judge_plan("xarray-fixed", others)};
  judged.verdicts.resize(judged.plan.tasks.size());
  for (std::size_t i = 0; i < judged.verdicts.size(); ++i) {
    auto& verdict = judged.verdicts[i].emplace();
    verdict.task = judged.plan.tasks[i];
    verdict.complete = true;
  }
  const Opinion same = opinion_of(judged, others[0]);
  EXPECT_GT(same.tried, 20U);
  EXPECT_TRUE(same.differing.empty());
  EXPECT_EQ(judged.plan.tasks.back().variant, "scan");
  judged.verdicts.back()->found[0].emplace().violation.harm = models::Harm::crash;
  const Opinion other = opinion_of(judged, others[0]);
  ASSERT_EQ(other.differing.size(), 1U);
  EXPECT_NE(other.differing[0].find(": crash, not no"), std::string::npos) << other.differing[0];
  judged.verdicts.back()->complete = false;
  EXPECT_EQ(opinion_of(judged, others[0]).tried, same.tried - 1);
}

// Both driver orders, who is a reader and who is not, and pools that do not map or do not sync.
TEST(Judge, PlansWhatDecides) {
  const JudgePlan plan = judge_plan("scan");
  const auto has = [&plan](auto is) {
    return std::any_of(plan.tasks.begin(), plan.tasks.end(),
                       [&is](const models::ExploreTask& t) { return is(t.config); });
  };
  using models::PoolFlags;
  for (const auto order : {models::DriverOrder::ndo_stop, models::DriverOrder::hns3})
    for (const auto flags : {PoolFlags::none, PoolFlags::dma_map, PoolFlags::dma_map_sync})
      for (const auto preempt : {models::PreemptModel::none, models::PreemptModel::full})
        EXPECT_TRUE(has([=](const models::ExploreConfig& c) {
          return c.driver_order == order && c.pool_flags == flags && c.preempt == preempt;
        }));
  for (const models::ExploreTask& task : plan.tasks)
    EXPECT_NO_THROW(check_together(task.config, *task.program));
  EXPECT_EQ(plan.tasks.front().program->parts.size(), 2u) << "the cheapest first";
}

TEST(Judge, ASecondFindsWhatIsNearAndSaysHowFarItCame) {
  const Said said_json = said({"judge", "scan", "--budget", "1", "--format", "json"});
  EXPECT_EQ(said_json.status, 10);
  const json result = json::parse(said_json.out);
  bool sync = false;
  for (const json& found : result["found"]) {
    sync = sync || (found["kind"] == "sync-after-unmap" && found["class"] == "crash");
    const Said again = said({"replay", found["schedule"]});
    EXPECT_NE(again.out.find(std::string(found["kind"])), std::string::npos) << again.out;
    const std::string program = found["program"];
    EXPECT_NE(std::string(found["schedule"]).find(program), std::string::npos);
  }
  EXPECT_TRUE(sync);
  std::size_t tried = 0;
  for (const json& program : result["programs"]) {
    tried += program["tried"].get<bool>();
    EXPECT_TRUE(program["tried"].get<bool>() || !program["complete"].get<bool>());
  }
  EXPECT_GT(tried, 0u);
  EXPECT_GT(result["not_tried"].size(), 0u);
}

// The use-after-free in bulk puts that mainline mended in September 2026.
TEST(JudgeSlow, TheMergedFixAgainstTheOneThatMendedIt) {
  const json result = json::parse(said({"judge", "mainline-2026", "--against", "xarray-fixed",
                                        "--memory", "sc", "--budget", "120", "--format", "json"})
                                      .out);
  EXPECT_TRUE(result["complete"].get<bool>());
  EXPECT_TRUE(result["against"]["complete"].get<bool>());
  EXPECT_EQ(result["new"].size(), 0u);
  ASSERT_EQ(result["gone"].size(), 1u);
  EXPECT_EQ(result["gone"][0]["kind"], "pool-use-after-free");
  EXPECT_EQ(result["gone"][0]["class"], "corruption");
  EXPECT_NE(std::string(result["gone"][0]["program"]).find("bulk"), std::string::npos);
}

// git bisect takes 1 to 127 for "bad", but 125: what cannot be judged must be neither good nor bad.
TEST(Judge, UnderBisectWhatCannotBeJudgedIsNotBad) {
  EXPECT_EQ(said({"judge", "xaray-fixed", "--bisect"}).status, 128);
  EXPECT_EQ(said({"judge", "scan", "--bisect", "--budgte", "1"}).status, 128);
  EXPECT_EQ(said({"judge", "/no/such/tree", "--bisect"}).status, 128);
  const Said no_pool = said({"judge", testing::TempDir(), "--bisect"});
  EXPECT_EQ(no_pool.status, 125) << "a commit without a page_pool.c";
  EXPECT_EQ(std::count(no_pool.err.begin(), no_pool.err.end(), '\n'), 1) << no_pool.err;
  EXPECT_EQ(said({"judge", "scan", "--bisect", "--budget", "1"}).status, 10);
}

TEST(Judge, OneLineForABadName) {
  const Said bad = said({"judge", "xaray-fixed"});
  EXPECT_EQ(bad.status, 2);
  EXPECT_NE(bad.err.find("xarray-fixed"), std::string::npos) << bad.err;
  EXPECT_EQ(std::count(bad.err.begin(), bad.err.end(), '\n'), 1);
}

}  // namespace
}  // namespace poolrace::experiments
