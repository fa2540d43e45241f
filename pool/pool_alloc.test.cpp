// SPDX-License-Identifier: MIT
// The alloc side (page_pool.md §2.1, §2.2): LIFO cache of 128, refill of 64 that stops at the first
// page of the wrong node, slow bulk of 64 in which a page whose map fails is left out, and the six
// counters of the alloc side at their points.  All of it on the `baseline` variant.
#include <gtest/gtest.h>

#include "models/pools.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using pool::PoolParams;
using Pool = TestBench::Pool;

std::vector<Page> take(Pool& pool, std::size_t count) {
  std::vector<Page> pages;
  for (std::size_t i = 0; i < count; ++i) pages.push_back(pool.alloc_pages());
  return pages;
}
// From a task: into the ring, oldest first.
void put_in_ring(Pool& pool, const std::vector<Page>& pages) {
  for (Page page : pages) pool.put_full_page(page, false);
}

TEST(PoolValidate, FlagsDirectionsAndSizes) {
  using pool::CreateError;
  const auto check = [](auto change) {
    PoolParams params;
    change(params);
    return pool::PagePool<SimPlatform>::validate(params);
  };
  EXPECT_EQ(check([](PoolParams&) {}), CreateError::none);
  EXPECT_EQ(check([](PoolParams& p) { p.flags = 0; }), CreateError::none);
  EXPECT_EQ(check([](PoolParams& p) { p.flags = 0xf; }), CreateError::none);
  EXPECT_EQ(check([](PoolParams& p) { p.flags |= 1U << 4; }), CreateError::einval);
  EXPECT_EQ(check([](PoolParams& p) { p.flags |= 1U << 31; }), CreateError::einval);
  EXPECT_EQ(check([](PoolParams& p) { p.dma_dir = pool::DmaDirection::to_device; }),
            CreateError::einval);
  EXPECT_EQ(check([](PoolParams& p) { p.dma_dir = pool::DmaDirection::bidirectional; }),
            CreateError::none);
  EXPECT_EQ(check([](PoolParams& p) {
              p.flags = 0;
              p.dma_dir = pool::DmaDirection::to_device;
            }),
            CreateError::none)
      << "without DMA_MAP nobody asks for the direction";
  EXPECT_EQ(check([](PoolParams& p) { p.flags = pool::pp_flag_dma_sync_dev; }), CreateError::einval)
      << "DMA_SYNC_DEV needs DMA_MAP";
  EXPECT_EQ(check([](PoolParams& p) { p.max_len = 0; }), CreateError::einval);
  EXPECT_EQ(check([](PoolParams& p) {
              p.flags = pool::pp_flag_dma_map;
              p.max_len = 0;
            }),
            CreateError::none);
  EXPECT_EQ(check([](PoolParams& p) { p.pool_size = 32'768; }), CreateError::none);
  EXPECT_EQ(check([](PoolParams& p) { p.pool_size = 32'769; }), CreateError::e2big);
  EXPECT_EQ(check([](PoolParams& p) { p.order = 10; }), CreateError::none);
  EXPECT_EQ(check([](PoolParams& p) { p.order = 11; }), CreateError::einval);
}

TEST(PoolAlloc, SlowTakesABulkOf64AndKeepsTheRestInTheCache) {
  TestBench b;
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    Page first = pool->alloc_pages();
    EXPECT_EQ(pool->alloc_stats().empty, 1u);
    EXPECT_EQ(pool->alloc_stats().slow, 1u);
    EXPECT_EQ(pool->peek_inflight(), 64) << "every page of the bulk is held";
    EXPECT_EQ(first.pp_ref_count().read("test", pool::once), 1);
    EXPECT_TRUE(pool->peek_owns(first));
    EXPECT_EQ(first.pp_magic().read("test", pool::once) & ~3ULL, 0xdead000000000040ULL);
    EXPECT_NE(first.dma_addr().read("test", pool::once), 0u);
    take(*pool, 63);
    EXPECT_EQ(pool->alloc_stats().fast, 63u);
    EXPECT_EQ(pool->alloc_stats().slow, 1u);
    pool->alloc_pages();
    EXPECT_EQ(pool->alloc_stats().slow, 2u);
    EXPECT_EQ(pool->alloc_stats().empty, 2u);
    EXPECT_EQ(pool->peek_inflight(), 128);
  }));
}

TEST(PoolAlloc, TheCacheIsAStackOf128) {
  TestBench b;
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    auto pages = take(*pool, 192);  // three bulks: the cache is empty now
    for (std::size_t i = 0; i < 130; ++i) pool->recycle_direct(pages[i]);
    EXPECT_EQ(pool->recycle_stats().cached, 128u);
    EXPECT_EQ(pool->recycle_stats().cache_full, 2u);
    EXPECT_EQ(pool->recycle_stats().ring, 2u) << "what does not fit goes on to the ring";
    for (std::size_t i = 128; i-- > 0;) EXPECT_TRUE(pool->alloc_pages() == pages[i]) << i;
    EXPECT_EQ(pool->alloc_stats().refill, 0u);
    EXPECT_TRUE(pool->alloc_pages() == pages[129]) << "two from the ring, last in first out";
    EXPECT_EQ(pool->alloc_stats().refill, 1u);
  }));
}

TEST(PoolAlloc, RefillTakes64FromTheRing) {
  TestBench b;
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    auto pages = take(*pool, 192);
    pages.resize(100);
    put_in_ring(*pool, pages);
    EXPECT_EQ(pool->recycle_stats().ring, 100u);
    const auto before = pool->alloc_stats();
    EXPECT_TRUE(pool->alloc_pages() == pages[63]) << "the 64th is on top";
    for (std::size_t i = 63; i-- > 0;) EXPECT_TRUE(pool->alloc_pages() == pages[i]);
    EXPECT_EQ(pool->alloc_stats().refill, before.refill + 1);
    EXPECT_EQ(pool->alloc_stats().fast, before.fast + 63);
    EXPECT_TRUE(pool->alloc_pages() == pages[99]);
    EXPECT_EQ(pool->alloc_stats().refill, before.refill + 2);
    EXPECT_EQ(pool->alloc_stats().empty, before.empty);
    EXPECT_EQ(pool->alloc_stats().slow, before.slow);
  }));
}

// Nothing is synced at alloc from cache or ring: that was done when the page was put.
TEST(PoolAlloc, RefillSyncsNothing) {
  TestBench b;
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    auto pages = take(*pool, 64);
    put_in_ring(*pool, pages);
    const auto syncs = b.dma.syncs();
    EXPECT_EQ(syncs, 64u + 64u) << "one at map, one at put";
    take(*pool, 64);
    EXPECT_EQ(b.dma.syncs(), syncs);
  }));
}

class Numa : public testing::Test {
 protected:
  // `nodes`: where the pages lie that wait in the ring, oldest first.
  std::vector<Page> fill_ring(Pool& pool, const std::vector<int>& nodes) {
    auto pages = take(pool, 64);
    for (std::size_t i = 0; i < nodes.size(); ++i) pages[i].frame().nid = nodes[i];
    pages.resize(nodes.size());
    put_in_ring(pool, pages);
    return pages;
  }
  TestBench b;
};

TEST_F(Numa, RefillStopsAtTheFirstMismatchAndWaivesJustThatPage) {
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    auto pages = fill_ring(*pool, {0, 0, 0, 1, 1, 0, 0});
    const int held = pool->peek_inflight();
    EXPECT_TRUE(pool->alloc_pages() == pages[2]);
    EXPECT_EQ(pool->alloc_stats().waive, 1u);
    EXPECT_EQ(pool->alloc_stats().refill, 1u);
    EXPECT_TRUE(pages[3].stale()) << "back with the page allocator";
    EXPECT_FALSE(pages[4].stale()) << "still in the ring";
    EXPECT_EQ(pool->peek_inflight(), held - 1);
    take(*pool, 2);
    // Next refill: its first page is of the wrong node already, so there is nothing to pop.
    const auto before = pool->alloc_stats();
    pool->alloc_pages();
    EXPECT_EQ(pool->alloc_stats().waive, 2u);
    EXPECT_EQ(pool->alloc_stats().refill, before.refill);
    EXPECT_EQ(pool->alloc_stats().empty, before.empty) << "the ring was not empty";
    EXPECT_EQ(pool->alloc_stats().slow, before.slow + 1);
    EXPECT_TRUE(pages[4].stale());
    EXPECT_FALSE(pages[5].stale());
  }));
}

TEST_F(Numa, ThePreferredNodeIsThePoolsOrTheLocalOne) {
  for (const int nid : {0, 1, -1}) {
    TestBench bench;
    PoolParams params;
    params.nid = nid;
    auto pool = bench.pool("baseline", params);
    EXPECT_TRUE(bench.run_task([&] {
      auto pages = fill_ring(*pool, {1});
      pool->alloc_pages();
      EXPECT_EQ(pool->alloc_stats().waive, nid == 1 ? 0u : 1u) << nid;
    }));
  }
}

TEST(PoolAlloc, UpdateNidEmptiesTheCacheThroughReturn) {
  TestBench b;
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    Page page = pool->alloc_pages();
    pool->update_nid(1);
    EXPECT_EQ(pool->peek_inflight(), 1);
    EXPECT_EQ(b.checker.live_mappings(), 1u);
    EXPECT_FALSE(page.stale());
    EXPECT_EQ(b.misuse(), 0u);
  }));
}

// 40 slots of 2 KB: twenty pages can be mapped, the other 44 of the bulk go back.
TEST(PoolAlloc, APageThatCannotBeMappedIsSkipped) {
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"}) {
    BenchSetup setup;
    setup.p.cpus = 1;
    setup.p.napi_cpu = setup.p.app_first_cpu = 0;
    setup.p.iommu = IommuMode::none;
    setup.p.swiotlb = true;
    setup.swiotlb_slots = 40;
    TestBench b(setup);
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      EXPECT_TRUE(pool->alloc_pages()) << variant;
      EXPECT_EQ(pool->peek_inflight(), 20);
      EXPECT_EQ(pool->alloc_stats().slow, 1u);
      EXPECT_EQ(b.passed("page allocator: free"), 44u);
      for (Page page : take(*pool, 19)) EXPECT_TRUE(page);
      EXPECT_FALSE(pool->alloc_pages()) << "no page of the whole bulk could be mapped";
      EXPECT_EQ(pool->alloc_stats().slow, 1u) << "a failed allocation is not counted";
      EXPECT_EQ(pool->peek_inflight(), 20);
      EXPECT_EQ(b.misuse(), 0u);
    }));
  }
}

TEST(PoolAlloc, AnEmptyPageAllocatorGivesNoPage) {
  TestBench b;
  auto pool = b.pool("baseline");
  b.pages.want_alloc_failures(true);
  EXPECT_TRUE(b.run_task([&] {
    EXPECT_FALSE(pool->alloc_pages());
    EXPECT_EQ(pool->peek_inflight(), 0);
    EXPECT_EQ(pool->alloc_stats().slow, 0u);
  }));
}

TEST(PoolAlloc, HighOrderPagesComeOneByOne) {
  TestBench b;
  PoolParams params;
  params.order = 2;
  auto pool = b.pool("baseline", params);
  EXPECT_TRUE(b.run_task([&] {
    Page page = pool->alloc_pages();
    EXPECT_EQ(pool->alloc_stats().slow_high_order, 1u);
    EXPECT_EQ(pool->alloc_stats().slow, 0u);
    EXPECT_EQ(pool->peek_inflight(), 1);
    pool->put_full_page(page, true);
    EXPECT_TRUE(pool->alloc_pages() == page);
    EXPECT_EQ(pool->alloc_stats().fast, 1u) << "recycling works for any order";
  }));
}

TEST(PoolAlloc, WithoutDmaMapNothingIsMappedOrSynced) {
  PoolParams params;
  params.flags = 0;
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"}) {
    TestBench b;
    auto pool = b.pool(variant, params);
    EXPECT_TRUE(b.run_task([&] {
      b.napi.sched.poke(true);
      Page page = pool->alloc_pages();
      EXPECT_EQ(b.device.refcount.peek(), 1);
      pool->put_full_page(page, false);
      page = pool->alloc_pages();
      pool->destroy();
      pool->put_full_page(page, false);
      b.sleep(2 * ps_per_s);
      EXPECT_EQ(b.platform.freed_pools(), 1u);
    }));
    EXPECT_EQ(b.dma.syncs(), 0u);
    EXPECT_EQ(b.checker.mappings().size(), 0u);
    EXPECT_EQ(b.misuse(), 0u) << variant;
  }
}

}  // namespace
}  // namespace poolrace::models
