// SPDX-License-Identifier: MIT
// The determinism contract at the level of campaigns: same resolved scenario, same seed, same
// trace, whatever the world, the number of jobs and what the process did before.
#include "experiments/campaign/campaign.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace poolrace::experiments {
namespace {

CommonOptions options_for(const std::string& scenario, std::int64_t runs) {
  CommonOptions o;
  o.scenario = scenario;
  o.runs = runs;
  o.jobs = 2;
  o.settings = {{"horizon_s", "1.2"}};  // one look of the retry worker; the rest is idle time
  return o;
}

std::vector<std::uint64_t> fingerprints(const CommonOptions& o) {
  std::vector<std::uint64_t> out;
  const Campaign campaign = run_campaign(o, resolve(o, variant_names()));
  EXPECT_EQ(campaign.runs_done, o.runs);
  for (const VariantSummary& v : campaign.variants) out.push_back(v.fingerprint);
  return out;
}

class EveryScenarioSlow : public testing::TestWithParam<std::string> {};

TEST_P(EveryScenarioSlow, HasTheSameTraceInBothWorlds) {
  // `make test-long` asks for 50 seeds.
  const char* seeds = std::getenv("POOLRACE_SEEDS");
  CommonOptions timed = options_for(GetParam(), seeds != nullptr ? std::atoi(seeds) : 2);
  CommonOptions reference = timed;
  reference.world = "reference";
  EXPECT_EQ(fingerprints(timed), fingerprints(reference));
}

TEST_P(EveryScenarioSlow, HasTheSameTraceWithOneJobAndFour) {
  CommonOptions one = options_for(GetParam(), 4);
  CommonOptions four = one;
  one.jobs = 1;
  four.jobs = 4;
  EXPECT_EQ(fingerprints(one), fingerprints(four));
}

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const auto& [name, help] : scenarios()) names.push_back(name);
  return names;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryScenarioSlow, testing::ValuesIn(scenario_names()),
                         test_name);

// Nothing may be left over from one run to the next in the same process.
TEST(CampaignSlow, ARunIsTheSameFirstAndAfterAHundredOthers) {
  CommonOptions o = options_for("seed-race", 101);
  o.jobs = 1;
  const Resolved resolved = resolve(o, {"scan-rcu"});
  std::uint64_t first = 0, last = 0;
  for (int i = 0; i < 101; ++i) {
    models::RunOptions run = run_options(o, "scan-rcu", i == 0 || i == 100 ? 7 : i);
    const std::uint64_t fingerprint = models::run_machine(resolved.values(), run).fingerprint;
    if (i == 0) first = fingerprint;
    if (i == 100) last = fingerprint;
  }
  EXPECT_EQ(first, last);
}

TEST(Campaign, SeedsAndRunsDiffer) {
  CommonOptions o = options_for("seed-race", 1);
  const auto one = fingerprints(o);
  o.seed = 2;
  EXPECT_NE(one, fingerprints(o));
}

TEST(Campaign, PairedVariantsSeeTheSameTraffic) {
  CommonOptions o = options_for("steady", 3);
  const Campaign campaign = run_campaign(o, resolve(o, variant_names()));
  for (const VariantSummary& v : campaign.variants)
    EXPECT_EQ(v.all_packets, campaign.variants.front().all_packets) << v.variant;
}

}  // namespace
}  // namespace poolrace::experiments
