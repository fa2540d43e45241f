// SPDX-License-Identifier: MIT
// What decides a run: seed, run and the values that somebody reads.  Draws do not depend on
// parameters, so a new one at its neutral default moves nothing, and points of a sweep are pairs.
#include "models/machine.hpp"

#include <gtest/gtest.h>

#include <string>

namespace poolrace::models {
namespace {

RunResult run_with(const std::string& name, const std::string& value, std::uint64_t seed = 1) {
  auto settings = parameter_table().defaults();
  for (const auto& [key, text] : {std::pair{"hold", "exponential"},
                                  {"hold_median_us", "300"},
                                  {"horizon_s", "3"},
                                  {"iommu", "none"}})
    parameter_table().set(settings, key, text, "test");
  parameter_table().set(settings, name, value, "test");
  RunOptions options;
  options.variant = "scan-rcu";
  options.seed = seed;
  return run_machine(settings.values, options);
}

TEST(MachineRun, AParameterThatNobodyReadsMovesNothing) {
  // Without an IOMMU nobody asks what a mapping costs: such a parameter is as good as a new one.
  const RunResult one = run_with("iommu_map_ns", "100"), other = run_with("iommu_map_ns", "900");
  EXPECT_EQ(one.fingerprint, other.fingerprint);
  EXPECT_NE(one.fingerprint, run_with("iommu_map_ns", "100", 2).fingerprint);
}

TEST(MachineRun, PointsOfASweepSeeTheSameTraffic) {
  const RunResult one = run_with("scan_per_page_ns", "2"),
                  other = run_with("scan_per_page_ns", "9");
  EXPECT_NE(one.fingerprint, other.fingerprint);
  EXPECT_EQ(one.in_flight_at_start, other.in_flight_at_start);
  EXPECT_EQ(one.in_flight_at_destroy, other.in_flight_at_destroy);
  EXPECT_NE(one.in_flight_at_destroy, run_with("scan_per_page_ns", "2", 2).in_flight_at_destroy);
}

}  // namespace
}  // namespace poolrace::models
