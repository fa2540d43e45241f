// SPDX-License-Identifier: MIT
// Kernel trees as Debian packages them, on this machine's threads: that the paths and the stress
// run, and what must hold whatever the machine.  Figures are printed, never expected.
#include "experiments/bench/pool_compare.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "models/linux/debian_tree.hpp"
#include "pool/bench_paths.hpp"
#include "pool/native/stress.hpp"

namespace poolrace::experiments {
namespace {

using models::linux_tree::debian_tree;
using models::linux_tree::keep_in_build_tree;
using pool::Kind;

TEST(ComparePoolSlow, TwoKernelsAreMeasuredPairByPair) {
  keep_in_build_tree();
  const std::string old_tree = debian_tree("6.1"), new_tree = debian_tree("6.12");
  if (old_tree.empty() || new_tree.empty()) GTEST_SKIP() << "needs linux-source-6.1 and -6.12";
  ComparePoolOptions options;
  options.variants = {"linux:" + old_tree, "linux:" + new_tree, "xarray-fixed"};
  const std::vector<BenchRow> rows = compare_pools(options);
  EXPECT_EQ(rows.size(), std::size(pool::bench_paths) * (3 + 2 + 3));
  for (const BenchRow& row : rows) {
    EXPECT_GT(row.value, 0) << row.name;
    EXPECT_EQ(row.interval.has_value(), !row.name.starts_with("timed/")) << row.name;
  }
  std::printf("%s", compare_pools_in_short(rows).c_str());
}

// 6.12 tracks what it maps: no late call reaches a mapping that destroy has ended, nor is one left.
TEST(ComparePoolSlow, StressOfTwoKernels) {
  keep_in_build_tree();
  for (const char* version : {"6.1", "6.12"}) {
    const std::string path = debian_tree(version);
    if (path.empty()) GTEST_SKIP() << "needs linux-source-" << version;
    pool::linux_tree::BuildOptions build;
    build.target = pool::linux_tree::Target::native;
    build.cache = 16;
    build.refill = 8;
    const auto built = pool::linux_tree::build(pool::linux_tree::read_tree({path, ""}), build);
    pool::native::Reports reports;
    const auto result = pool::native::run_stress_of_tree(built.folder, 1, 3, 1, reports);
    std::printf("stress %s: %llu teardowns; %s\n", version,
                static_cast<unsigned long long>(result.rounds), reports.text().c_str());
    EXPECT_GT(result.rounds, 0u);
    EXPECT_EQ(result.stuck_pools + result.stuck_pages + result.stuck_mappings, 0u) << version;
    EXPECT_EQ(reports.count(Kind::double_unmap), 0u) << version;
  }
}

}  // namespace
}  // namespace poolrace::experiments
