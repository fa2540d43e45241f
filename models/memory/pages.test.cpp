// SPDX-License-Identifier: MIT
// Frames are made when they are asked for, up to the RAM; after that there is no page, as in a
// kernel that is out of memory.
#include "models/memory/pages.hpp"

#include <gtest/gtest.h>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

TEST(Pages, AreMadeWhenTheyAreAskedFor) {
  TestBench b({.frames = 16});
  std::vector<Page> pages;
  ASSERT_TRUE(b.run_task([&] {
    for (int i = 0; i < 100; ++i) pages.push_back(b.pages.alloc(0, 0));
    Pfn last = 0;
    std::size_t seen = 0;
    b.pages.for_each_populated([&](Page page) {
      EXPECT_GT(page.frame().pfn, last);
      last = page.frame().pfn;
      return ++seen != 0;
    });
    EXPECT_EQ(seen, 100U);
  }));
  for (const Page& page : pages) {
    ASSERT_TRUE(static_cast<bool>(page));
    EXPECT_EQ(b.pages.frame_at(page.frame().pfn), &page.frame());
  }
}

TEST(Pages, MadeDuringAScanAreMetIfTheyLieAhead) {
  TestBench b({.frames = 16});
  ASSERT_TRUE(b.run_task([&] {
    for (int i = 0; i < 16; ++i) b.pages.alloc(0, 0);
    Pfn last = 0;
    std::size_t seen = 0;
    b.pages.for_each_populated([&](Page page) {
      EXPECT_GT(page.frame().pfn, last);
      last = page.frame().pfn;
      if (seen == 0)
        for (int i = 0; i < 64; ++i) b.pages.alloc(0, 0);
      return ++seen != 0;
    });
    EXPECT_GT(seen, 16U);
  }));
}

TEST(Pages, EndWithTheRam) {
  BenchSetup setup;
  setup.p.ram_gib = 1;
  setup.frames = 1 << 17;
  TestBench b(setup);
  std::size_t got = 0;
  ASSERT_TRUE(b.run_task([&] {
    while (b.pages.alloc(0, 0)) ++got;
    EXPECT_TRUE(b.pages.alloc_bulk(4, 0).empty());
  }));
  EXPECT_EQ(got, (std::size_t{1} << 18) / 4 * 3);
}

}  // namespace
}  // namespace poolrace::models
