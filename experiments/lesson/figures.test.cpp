// SPDX-License-Identifier: MIT
#include "experiments/lesson/figures.hpp"

#include <gtest/gtest.h>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

TEST(Figures, AreParametersStallAndTries) {
  Lesson lesson;
  lesson.watch =
      "scenario=steady;variant=scan;set=iommu_map_ns=700;set=iommu_unmap_ns=50;stall=sync: read "
      "dma_addr=100";
  const Figures figures = figures_of(lesson, 6);
  EXPECT_EQ(with_figures("{iommu_map_ns + iommu_unmap_ns} ns, {stall_us} µs, run {tries}, {N}",
                         figures, "x"),
            "750 ns, 100 µs, run 7, {N}");
  EXPECT_EQ(with_figures("no figure {", figures, "x"), "no figure {");
}

TEST(Figures, AnUnknownNameIsAnErrorWithTheNearest) {
  try {
    with_figures("{iommu_mapp_ns}", figures_of(Lesson{}, 0), "lesson x");
    FAIL() << "it went well";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "lesson x: unknown figure 'iommu_mapp_ns' (nearest: iommu_map_ns)");
  }
}

}  // namespace
}  // namespace poolrace::experiments
