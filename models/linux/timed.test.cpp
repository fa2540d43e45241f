// SPDX-License-Identifier: MIT
// A tree's pool in runs with time: the same in both worlds, harmed where its bugs say so, and as
// likely as the C++ pool that mirrors it.
#include <gtest/gtest.h>

#include <cmath>

#include "models/linux/debian_tree.hpp"
#include "models/linux/tree_fixture.hpp"
#include "models/test_run.hpp"

namespace poolrace::models::linux_tree {
namespace {

using Changes = std::vector<std::pair<const char*, const char*>>;

RunResult run_with(const std::string& variant, const Changes& changes, std::uint64_t run = 0,
                   sim::WorldKind world = sim::WorldKind::timed) {
  auto settings = parameter_table().defaults();
  for (const auto& [key, text] : changes) parameter_table().set(settings, key, text, "test");
  RunOptions options;
  options.variant = variant;
  options.world = world;
  options.run = run;
  return run_machine(settings.values, options);
}

// The fixture has 32 slots for mappings.
const Changes small{{"ring", "16"},        {"pool_size", "16"},   {"load_mpps", "0.01"},
                    {"cpus", "2"},         {"napi_cpu", "1"},     {"app_first_cpu", "1"},
                    {"iommu", "strict"},   {"coherent", "false"}, {"teardown", "remove"},
                    {"measure_us", "5000"}};

std::uint64_t misuse(const RunResult& result, Kind kind) {
  return result.kinds[static_cast<std::size_t>(kind)].misuse;
}

TEST(TimedTree, TheUnbrokenFixtureDoesNoHarm) {
  for (std::uint64_t run = 0; run < 5; ++run) {
    const RunResult result = run_with(fixture(), small, run);
    EXPECT_GT(result.packets, 5U);
    EXPECT_FALSE(result.crashed || result.corrupted || result.leaked || result.stalled);
    EXPECT_TRUE(result.violations.empty());
  }
}

TEST(TimedTree, IsTheSameInBothWorlds) {
  const RunResult timed = run_with(fixture(), small);
  const RunResult reference = run_with(fixture(), small, 0, sim::WorldKind::reference);
  EXPECT_EQ(timed.fingerprint, reference.fingerprint);
  EXPECT_EQ(timed.fingerprint, run_with(fixture(), small).fingerprint);  // again, in this process
  EXPECT_NE(timed.fingerprint, run_with(fixture(), small, 1).fingerprint);
}

struct TimedBug {
  const char* macro;
  Kind kind;
};

class TimedTreeBug : public testing::TestWithParam<TimedBug> {};

TEST_P(TimedTreeBug, IsSeen) {
  std::uint64_t seen = 0;
  for (std::uint64_t run = 0; run < 5; ++run)
    seen += misuse(run_with(fixture(GetParam().macro), small, run), GetParam().kind);
  EXPECT_GT(seen, 0U);
}

INSTANTIATE_TEST_SUITE_P(Bugs, TimedTreeBug,
                         testing::Values(TimedBug{"BUG_NEVER_UNMAP", Kind::free_while_mapped},
                                         TimedBug{"BUG_FREED_TWICE", Kind::page_use_after_free}),
                         [](const auto& tested) { return std::string(tested.param.macro); });

// ---- Debian's kernels against the C++ pools that mirror them ------------------------------------

struct Mirror {
  const char* version;
  const char* variant;
  const char* load_mpps;  // at which a crash is about as likely as not, if it can come at all
};

class TimedMirrorSlow : public testing::TestWithParam<Mirror> {};

int crashes(const std::string& variant, const char* load, int runs) {
  Changes changes = small;
  changes[0].second = changes[1].second = "512";
  changes[2].second = load;
  int sum = 0;
  for (int run = 0; run < runs; ++run)
    sum += run_with(variant, changes, static_cast<std::uint64_t>(run)).crashed ? 1 : 0;
  return sum;
}

TEST_P(TimedMirrorSlow, IsAsLikelyToCrash) {
  keep_in_build_tree();
  const std::string folder = debian_tree(GetParam().version);
  if (folder.empty()) GTEST_SKIP() << "the package of that kernel is not installed";
  constexpr int runs = 200;
  const int tree = crashes(know_tree("linux:" + folder, "test"), GetParam().load_mpps, runs);
  const int mirror = crashes(GetParam().variant, GetParam().load_mpps, runs);
  RecordProperty("tree", tree);
  RecordProperty("mirror", mirror);
  const double share = (tree + mirror) / (2.0 * runs);
  const double error = std::sqrt(share * (1 - share) * 2 * runs);
  EXPECT_LE(std::abs(tree - mirror), 4 * error) << tree << " against " << mirror;
}

INSTANTIATE_TEST_SUITE_P(Debian, TimedMirrorSlow,
                         testing::Values(Mirror{"6.1", "baseline-ringfix", "0.002"},
                                         Mirror{"6.12", "xarray-fixed", "0.05"}),
                         [](const auto& tested) {
                           std::string name = tested.param.variant;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace poolrace::models::linux_tree
