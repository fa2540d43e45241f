// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_unmap.hpp"

#include <gtest/gtest.h>

#include "experiments/bench/hw.hpp"

namespace poolrace::experiments {
namespace {

constexpr Ps window = 200 * ps_per_us;

TEST(HwUnmap, StrictWaitsInUnmapAndLazyDoesNot) {
  models::Parameters p = HwRequest{"arm64-server", {}, 1}.machine();
  p.iommu = models::IommuMode::strict;
  const MapUnmap strict = map_unmap(p, 1, window);
  EXPECT_GE(strict.invalidate_ns, static_cast<double>(p.iommu_invalidate) / ps_per_ns);
  EXPECT_LT(strict.invalidate_ns, strict.unmap_ns);
  p.iommu = models::IommuMode::lazy;
  const MapUnmap lazy = map_unmap(p, 1, window);
  EXPECT_EQ(lazy.invalidate_ns, 0);
  EXPECT_LT(lazy.unmap_ns, strict.unmap_ns);
  EXPECT_GT(lazy.pairs_per_s, strict.pairs_per_s);
}

// They share one command queue.
TEST(HwUnmap, MoreCpusNeverMakeAStrictPairCheaper) {
  models::Parameters p = HwRequest{"arm64-server", {}, 1}.machine();
  double before = 1e9;
  for (const models::CpuId cpus : {1U, 4U, 16U}) {
    const double pairs = map_unmap(p, cpus, window).pairs_per_s;
    EXPECT_LE(pairs, before * 1.01) << cpus;  // a pair more or less in the window
    before = pairs;
  }
}

TEST(HwUnmap, HasARowForEveryNumberOfCpus) {
  const std::vector<HwTable> tables = hw_unmap({"arm64-soc", {{"cpus", "6"}}, 1});
  ASSERT_EQ(tables.size(), 1u);
  std::vector<std::string> labels;
  for (const HwRow& row : tables[0].rows) {
    labels.push_back(row.label);
    EXPECT_EQ(row.cells.size(), tables[0].columns.size());
  }
  EXPECT_EQ(labels, (std::vector<std::string>{"1", "2", "4", "6"}));
}

}  // namespace
}  // namespace poolrace::experiments
