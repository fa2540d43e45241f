// SPDX-License-Identifier: MIT
// Fragments (page_pool.md §1.8): the bias, draining and reuse in place, the atomic that a sole
// owner skips, the reset to 1, the rest that goes to the last fragment, and free_frag at destroy.
#include <gtest/gtest.h>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

constexpr std::int64_t bias = INT64_MAX >> 1;

class Fragments : public testing::TestWithParam<const char*> {
 protected:
  TestBench b;
  TestBench::LazyPool pool = b.pool(GetParam());
  std::int64_t references(Page page) { return page.frame().pp_ref_count.peek(); }
  void check_clean() {
    EXPECT_EQ(b.misuse(), 0u);
    EXPECT_TRUE(b.platform.warnings().empty());
  }
};

TEST_P(Fragments, TheFirstSetsTheBiasAndEachTakesItsPiece) {
  EXPECT_TRUE(b.run_task([&] {
    const auto one = pool->alloc_frag(1000), two = pool->alloc_frag(1024);
    EXPECT_TRUE(one.page == two.page);
    EXPECT_EQ(one.offset, 0u);
    EXPECT_EQ(one.size, 1024u) << "rounded up to the DMA cache alignment";
    EXPECT_EQ(two.offset, 1024u);
    EXPECT_EQ(references(one.page), bias);
    pool->put_full_page(one.page, true);
    EXPECT_EQ(references(one.page), bias - 1);
    EXPECT_EQ(pool->recycle_stats().cached, 0u) << "the pool still holds the rest";
  }));
  check_clean();
}

// Drained with users left: the page is theirs now, and the last of them puts it.
TEST_P(Fragments, DrainLeavesThePageToItsUsers) {
  EXPECT_TRUE(b.run_task([&] {
    const auto one = pool->alloc_frag(2048), two = pool->alloc_frag(2048);
    const auto three = pool->alloc_frag(2048);  // does not fit: drains the first page
    EXPECT_FALSE(three.page == one.page);
    EXPECT_EQ(three.offset, 0u);
    EXPECT_EQ(references(one.page), 2);
    pool->put_full_page(one.page, true);
    EXPECT_EQ(pool->recycle_stats().cached, 0u);
    const auto from = b.trace.count();
    pool->put_full_page(two.page, true);
    EXPECT_EQ(b.passed("unref: drop pp_ref_count", from), 0u) << "a sole owner skips the atomic";
    EXPECT_EQ(pool->recycle_stats().cached, 1u);
    EXPECT_EQ(references(one.page), 1);
  }));
  check_clean();
}

// Drained with all users gone: synced in full and used again in place.
TEST_P(Fragments, DrainReusesThePageInPlaceWhenAllUsersAreGone) {
  EXPECT_TRUE(b.run_task([&] {
    const auto one = pool->alloc_frag(2048), two = pool->alloc_frag(2048);
    pool->put_full_page(one.page, true);
    pool->put_full_page(two.page, true);
    EXPECT_EQ(references(one.page), bias - 2);
    const auto syncs = b.dma.syncs();
    const auto fast = pool->alloc_stats().fast;
    const auto again = pool->alloc_frag(2048);
    EXPECT_TRUE(again.page == one.page);
    EXPECT_EQ(again.offset, 0u);
    EXPECT_EQ(references(one.page), bias);
    EXPECT_EQ(b.dma.syncs(), syncs + 1);
    EXPECT_EQ(pool->recycle_stats().cached, 1u);
    EXPECT_EQ(pool->alloc_stats().fast, fast + 1);
  }));
  check_clean();
}

TEST_P(Fragments, DrainReturnsAPageThatSomebodyElseHolds) {
  EXPECT_TRUE(b.run_task([&] {
    const auto one = pool->alloc_frag(4096);
    pool->put_full_page(one.page, true);
    one.page.frame().refcount.poke(2);
    const int held = pool->peek_inflight();
    const auto two = pool->alloc_frag(4096);
    EXPECT_FALSE(two.page == one.page);
    EXPECT_EQ(pool->peek_inflight(), held - 1);
    EXPECT_EQ(one.page.frame().refcount.peek(), 1);
  }));
  check_clean();
}

TEST_P(Fragments, NothingBiggerThanAPage) {
  EXPECT_TRUE(b.run_task([&] {
    EXPECT_FALSE(pool->alloc_frag(4097).page);
    EXPECT_TRUE(pool->alloc_frag(4096).page);
  }));
}

// alloc(size): over half a page takes a whole one; else a fragment, which gets the rest of the page
// when no second one of its size would fit.
TEST_P(Fragments, AllocGivesTheRestToTheLastFragment) {
  EXPECT_TRUE(b.run_task([&] {
    const auto whole = pool->alloc(2049);
    EXPECT_EQ(whole.size, 4096u);
    EXPECT_EQ(references(whole.page), 1) << "no fragment at all";
    const auto one = pool->alloc(1344), two = pool->alloc(1344), three = pool->alloc(1344);
    EXPECT_EQ(one.size, 1344u);
    EXPECT_EQ(two.offset, 1344u);
    EXPECT_EQ(three.offset, 2688u);
    EXPECT_EQ(three.size, 4096u - 2688u);
    const auto tiny = pool->alloc(64), half = pool->alloc(2048);
    EXPECT_FALSE(tiny.page == one.page) << "the rest is given away";
    EXPECT_EQ(tiny.size, 64u);
    EXPECT_EQ(half.offset, 64u);
    EXPECT_EQ(half.size, 4096u - 64u) << "a second one of 2048 would not fit";
  }));
  check_clean();
}

TEST_P(Fragments, UnrefBelowZeroWarns) {
  EXPECT_TRUE(b.run_task([&] {
    Page page = pool->alloc_pages();
    EXPECT_FALSE(pool->unref_page(page, 2));
    EXPECT_EQ(b.platform.warnings().size(), 1u);
  }));
}

TEST_P(Fragments, TheLastOfManyResetsTheCountToOne) {
  EXPECT_TRUE(b.run_task([&] {
    Page page = pool->alloc_pages();
    pool->fragment_page(page, 64);
    EXPECT_FALSE(pool->unref_page(page, 60));
    EXPECT_EQ(references(page), 4);
    EXPECT_TRUE(pool->unref_page(page, 4));  // mlx5: bias less what was used
    EXPECT_EQ(references(page), 1);
    pool->put_unrefed_page(page, TestBench::Pool::whole_page, true);
    EXPECT_EQ(pool->recycle_stats().cached, 1u);
  }));
  check_clean();
}

// At destroy the page is returned, never recycled; with users left it is theirs to return.
TEST_P(Fragments, DestroyFreesTheFragmentPage) {
  for (const bool user_left : {false, true}) {
    TestBench bench;
    auto mine = bench.pool(GetParam());
    EXPECT_TRUE(bench.run_task([&] {
      bench.napi.sched.poke(true);  // as napi_disable leaves it
      const auto one = mine->alloc_frag(1024), two = mine->alloc_frag(1024);
      mine->put_full_page(one.page, false);
      if (!user_left) mine->put_full_page(two.page, false);
      const auto from = bench.trace.count();
      mine->destroy();
      EXPECT_EQ(bench.platform.freed_pools(), user_left ? 0u : 1u) << GetParam();
      EXPECT_EQ(one.page.stale(), !user_left);
      EXPECT_EQ(bench.passed("ring: publish page", from), 0u);
      if (!user_left) return;
      EXPECT_EQ(one.page.frame().pp_ref_count.peek(), 1);
      mine->put_full_page(two.page, false);
      bench.sleep(2 * ps_per_s);
      EXPECT_EQ(bench.platform.freed_pools(), 1u) << GetParam();
      EXPECT_TRUE(one.page.stale());
    }));
    EXPECT_EQ(bench.freed_uses.size(), 0u);
    EXPECT_TRUE(bench.platform.warnings().empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, Fragments,
                         testing::Values("baseline", "scan", "scan-rcu", "xarray-fixed"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace poolrace::models
