// SPDX-License-Identifier: MIT
#include "models/memory/cpu_set.hpp"

#include <gtest/gtest.h>

#include <set>

namespace poolrace::models {
namespace {

TEST(CpuSet, KnowsEveryCpuAndNoOther) {
  CpuSet set;
  EXPECT_TRUE(set.empty());
  for (const CpuId cpu : {0u, 63u, 64u, 128u, 255u}) set.add(cpu);
  for (CpuId cpu = 0; cpu < cpus_max; ++cpu)
    EXPECT_EQ(set.has(cpu), (std::set<CpuId>{0, 63, 64, 128, 255}.contains(cpu))) << cpu;
  set.remove(64);
  EXPECT_FALSE(set.has(64));
  set.only(200);
  EXPECT_FALSE(set.has(0));
  EXPECT_TRUE(set.has(200));
}

// Against a walk over all of them, at ranges that begin and end everywhere in a word.
TEST(CpuSet, AnyWithinIsExactAtBothEnds) {
  for (const CpuId one : {0u, 1u, 63u, 64u, 127u, 130u, 255u}) {
    CpuSet set;
    set.add(one);
    for (CpuId first = 0; first <= cpus_max; first += 1)
      for (CpuId end = first; end <= cpus_max; end += 3)
        ASSERT_EQ(set.any_within(first, end), first <= one && one < end)
            << one << " in " << first << " to " << end;
  }
}

}  // namespace
}  // namespace poolrace::models
