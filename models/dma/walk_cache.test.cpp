// SPDX-License-Identifier: MIT
#include "models/dma/walk_cache.hpp"

#include <gtest/gtest.h>

namespace poolrace::models {
namespace {

constexpr std::uint64_t in_2mb = 512, in_1gb = 512 * 512;

TEST(WalkCache, AFirstWalkReadsAllLevelsANeighbourNone) {
  WalkCache cache(4);
  EXPECT_EQ(cache.walk(7), 3u);
  EXPECT_EQ(cache.walk(8), 0u);
  EXPECT_EQ(cache.walk(in_2mb), 1u) << "another leaf table under the same directory";
  EXPECT_EQ(cache.walk(in_1gb), 2u);
  EXPECT_EQ(cache.walk(in_1gb * 512), 3u);
}

TEST(WalkCache, WhatAnUnmapForgetsIsReadAgain) {
  WalkCache cache(4);
  cache.walk(7);
  cache.walk(in_2mb);
  cache.forget(8);  // in the same 2 MB as page 7
  EXPECT_EQ(cache.walk(in_2mb), 0u) << "its own table is still known";
  EXPECT_EQ(cache.walk(7), 3u) << "which began below what lies above";
  cache.forget_all();
  EXPECT_EQ(cache.walk(7), 3u);
}

TEST(WalkCache, TheLeastRecentlyUsedTableGoes) {
  WalkCache cache(2);
  cache.walk(0);
  cache.walk(in_2mb);
  cache.walk(1);
  cache.walk(2 * in_2mb);
  EXPECT_EQ(cache.walk(2), 0u);
  EXPECT_EQ(cache.walk(in_2mb), 1u);
}

TEST(WalkCache, WithoutEntriesEveryWalkReadsAll) {
  WalkCache cache(0);
  cache.walk(7);
  EXPECT_EQ(cache.walk(7), 3u);
}

}  // namespace
}  // namespace poolrace::models
