// SPDX-License-Identifier: MIT
// The tests of pool/parity.hpp, each for all variants.
#pragma once

#include "pool/parity.hpp"

namespace poolrace::pool::parity {

template <class W>
class Parity : public testing::Test {};
TYPED_TEST_SUITE_P(Parity);

TYPED_TEST_P(Parity, AllocComesFromTheCacheAndFillsItInBulk) {
  in_every_variant<TypeParam>({}, {}, [](auto& w, auto& pool, auto&) {
    const auto pages = take(pool, 65);
    EXPECT_EQ(stats_of(pool), "alloc_fast 63 alloc_slow 2 alloc_empty 2 inflight 128");
    EXPECT_EQ(w.live_mappings(), 128u);
    EXPECT_EQ(w.pages_in_use(), 128u);
    pool.recycle_direct(pages[5]);
    EXPECT_EQ(pool.alloc_pages(), pages[5]) << "last in, first out";
  });
}

TYPED_TEST_P(Parity, DirectRecyclingFillsTheCacheThenTheRing) {
  in_every_variant<TypeParam>({}, small, [](auto& w, auto& pool, auto&) {
    for (auto page : take(pool, 12)) pool.recycle_direct(page);
    EXPECT_EQ(stats_of(pool),
              "alloc_fast 9 alloc_slow 3 alloc_empty 3 recycle_cached 8 recycle_cache_full 4 "
              "recycle_ring 4 inflight 12");
    EXPECT_EQ(w.live_mappings(), 12u);
  });
}

TYPED_TEST_P(Parity, TheRingRefillsTheCacheInBatches) {
  in_every_variant<TypeParam>({}, small, [](auto&, auto& pool, auto&) {
    const auto pages = take(pool, 8);
    for (auto page : pages) pool.put_full_page(page, false);
    EXPECT_EQ(pool.alloc_pages(), pages[3]) << "the last of the first four";
    EXPECT_EQ(pool.alloc_pages(), pages[2]);
    EXPECT_EQ(stats_of(pool),
              "alloc_fast 7 alloc_slow 2 alloc_empty 2 alloc_refill 1 recycle_ring 8 inflight 8");
  });
}

TYPED_TEST_P(Parity, AFullRingReturnsThePage) {
  in_every_variant<TypeParam>({.pool_size = 20}, {}, [](auto& w, auto& pool, auto&) {
    const auto pages = take(pool, 64);
    for (auto page : pages) pool.put_full_page(page, false);
    EXPECT_EQ(stats_of(pool),
              "alloc_fast 63 alloc_slow 1 alloc_empty 1 recycle_ring 20 recycle_ring_full 44 "
              "inflight 20");
    EXPECT_FALSE(pages[19].stale());
    EXPECT_TRUE(pages[20].stale());
    EXPECT_EQ(w.live_mappings(), 20u);
    EXPECT_EQ(w.pages_in_use(), 20u);
  });
}

// Consumed slots are cleared four at a time: until then the ring looks full.
TYPED_TEST_P(Parity, AConsumedSlotIsFreeOnceItsBatchIs) {
  in_every_variant<TypeParam>({}, {.alloc_cache = 32, .refill = 3, .ring = 16, .ring_batch = 4},
                              [](auto&, auto& pool, auto&) {
                                const auto pages = take(pool, 18);
                                for (int i = 0; i < 16; ++i) pool.put_full_page(pages[i], false);
                                pool.alloc_pages();  // takes three out
                                pool.put_full_page(pages[16], false);
                                EXPECT_EQ(pool.recycle_stats().ring_full, 1u);
                                for (int i = 0; i < 3; ++i) pool.alloc_pages();  // three more
                                pool.put_full_page(pages[17], false);
                                EXPECT_EQ(pool.recycle_stats().ring_full, 1u);
                                EXPECT_EQ(pool.recycle_stats().ring, 17u);
                              });
}

TYPED_TEST_P(Parity, APageThatSomebodyElseHoldsLeavesThePool) {
  in_every_variant<TypeParam>({}, small, [](auto& w, auto& pool, auto&) {
    auto page = pool.alloc_pages();
    page.page_refcount().add_return("get_page", 1, relaxed);
    pool.put_full_page(page, true);
    EXPECT_EQ(stats_of(pool), "alloc_slow 1 alloc_empty 1 recycle_released_ref 1 inflight 3");
    EXPECT_EQ(w.live_mappings(), 3u);
    EXPECT_FALSE(page.stale());
    EXPECT_EQ(page.pp_magic().read("test", once), 0u);
    EXPECT_EQ(page.dma_addr().read("test", once), 0u);
    w.platform().put_page_ref(page);
    EXPECT_TRUE(page.stale());
    EXPECT_EQ(w.pages_in_use(), 3u);
  });
}

TYPED_TEST_P(Parity, BulkLeftoversReturnAndCountOnce) {
  in_every_variant<TypeParam>({.pool_size = 10}, {}, [](auto& w, auto& pool, auto&) {
    pool.put_page_bulk(take(pool, 16));
    EXPECT_EQ(stats_of(pool),
              "alloc_fast 15 alloc_slow 1 alloc_empty 1 recycle_ring 10 recycle_ring_full 1 "
              "inflight 58");
    EXPECT_EQ(w.live_mappings(), 58u);
  });
}

TYPED_TEST_P(Parity, BulkGoesToEachPagesOwnPool) {
  in_every_variant<TypeParam>({}, small, [](auto& w, auto& one, auto& variant) {
    auto& two = w.make(variant.name, {}, small);
    auto a = take(one, 6), z = take(two, 6);
    a[2].page_refcount().add_return("get_page", 1, relaxed);  // cannot be recycled
    one.fragment_page(a[3], 2);                               // not the last reference
    std::vector<std::decay_t<decltype(a[0])>> mixed;
    for (std::size_t i = 0; i < 6; ++i) {
      mixed.push_back(z[i]);
      mixed.push_back(a[i]);
    }
    one.put_page_bulk(mixed);
    EXPECT_EQ(stats_of(one),
              "alloc_fast 4 alloc_slow 2 alloc_empty 2 recycle_ring 4 recycle_released_ref 1 "
              "inflight 7");
    EXPECT_EQ(stats_of(two), "alloc_fast 4 alloc_slow 2 alloc_empty 2 recycle_ring 6 inflight 8");
    EXPECT_EQ(a[3].pp_ref_count().read("test", once), 1);
  });
}

// In softirq or with bottom halves off, and the NAPI polls on this CPU.
TYPED_TEST_P(Parity, OnlyTheConsumersContextRecyclesDirectly) {
  in_every_variant<TypeParam>({}, {}, [](auto& w, auto& pool, auto&) {
    std::uint64_t cached = 0;
    for (const int list_owner : {-1, 0, 1}) {
      w.napi().list_owner.poke(list_owner);
      const auto put = [&, page = pool.alloc_pages()] { pool.put_full_page(page, false); };
      put();
      EXPECT_EQ(pool.recycle_stats().cached, cached) << "a task does not";
      const auto in_bh_off = [&, page = pool.alloc_pages()] { pool.put_full_page(page, false); };
      w.bh_off(in_bh_off);
      EXPECT_EQ(pool.recycle_stats().cached, cached += list_owner == 0);
      const auto in_softirq = [&, page = pool.alloc_pages()] { pool.put_full_page(page, false); };
      w.softirq(in_softirq);
      EXPECT_EQ(pool.recycle_stats().cached, cached += list_owner == 0);
    }
    EXPECT_EQ(pool.recycle_stats().ring, 9 - cached);
    EXPECT_EQ(cached, 2u);
  });
}

TYPED_TEST_P(Parity, FragmentsShareAPageAndReuseItInPlace) {
  in_every_variant<TypeParam>({}, small, [](auto& w, auto& pool, auto&) {
    const auto one = pool.alloc_frag(1000), two = pool.alloc_frag(3000);
    EXPECT_EQ(one.page, two.page);
    EXPECT_EQ(two.offset, 1024u);
    auto page = one.page;
    EXPECT_EQ(page.pp_ref_count().read("test", once), INT64_MAX >> 1);
    pool.put_full_page(one.page, false);
    pool.put_full_page(two.page, false);
    const auto again = pool.alloc_frag(4096);
    EXPECT_EQ(again.page, page) << "all users are gone";
    EXPECT_EQ(page.pp_ref_count().read("test", once), INT64_MAX >> 1);
    EXPECT_EQ(stats_of(pool),
              "alloc_fast 1 alloc_slow 1 alloc_empty 1 recycle_cached 1 inflight 4");
    const auto next = pool.alloc_frag(4096);
    EXPECT_FALSE(next.page == page) << "its user has it still";
    EXPECT_EQ(page.pp_ref_count().read("test", once), 1);
    pool.put_full_page(page, true);
    EXPECT_EQ(pool.recycle_stats().cached, 2u);
    EXPECT_EQ(w.live_mappings(), 4u);
  });
}

TYPED_TEST_P(Parity, DestroyFreesTheFragmentPageAndWhatIsParked) {
  in_every_variant<TypeParam>({}, small, [](auto& w, auto& pool, auto& variant) {
    const auto one = pool.alloc_frag(1024);
    pool.put_full_page(one.page, false);
    pool.put_full_page(pool.alloc_pages(), false);
    pool.destroy();
    EXPECT_EQ(w.freed_pools(), 1u) << "at once";
    EXPECT_EQ(pool.peek_inflight(), 0);
    EXPECT_EQ(w.pages_in_use(), 0u);
    EXPECT_EQ(w.live_mappings(), lost_mappings(variant, 1));
    EXPECT_EQ(w.reports("free-while-mapped"), lost_mappings(variant, 1));
    EXPECT_EQ(w.reports("pool-use-after-free"), 0u);
  });
}

TYPED_TEST_P(Parity, ThePageThatComesBackLateFreesThePool) {
  in_every_variant<TypeParam>({}, small, [](auto& w, auto& pool, auto& variant) {
    auto page = pool.alloc_pages();
    const auto put = [&] { pool.put_full_page(page, false); };
    if (variant.waits_in_destroy) w.later(put);
    pool.destroy();
    EXPECT_EQ(w.live_mappings(), variant.destroy_unmaps || variant.waits_in_destroy ? 0u : 1u);
    if (!variant.waits_in_destroy) put();
    EXPECT_TRUE(eventually_freed(w, 1));
    EXPECT_EQ(pool.peek_inflight(), 0);
    EXPECT_EQ(w.pages_in_use(), 0u);
    EXPECT_EQ(w.live_mappings(), lost_mappings(variant, 1));
    // Where destroy has unmapped the page, the sync of its put must be off.
    const bool synced_unmapped = variant.destroy_unmaps && !variant.clears_dma_sync;
    EXPECT_EQ(w.reports("sync-after-unmap"), synced_unmapped ? 1u : 0u);
  });
}

TYPED_TEST_P(Parity, OnlyTheLastUserDestroys) {
  in_every_variant<TypeParam>({}, small, [](auto& w, auto& pool, auto&) {
    int told = 0;
    pool.use_xdp_mem([&] { ++told; });
    pool.recycle_direct(pool.alloc_pages());
    pool.destroy();
    EXPECT_EQ(told, 0);
    EXPECT_EQ(w.freed_pools(), 0u);
    EXPECT_EQ(pool.peek_inflight(), 4);
    pool.destroy();
    EXPECT_EQ(told, 1);
    EXPECT_EQ(w.freed_pools(), 1u);
    EXPECT_EQ(w.live_mappings(), 0u);
  });
}

TYPED_TEST_P(Parity, AStalledShutdownIsWarnedOfAfterAMinute) {
  in_every_variant<TypeParam>({}, small, [](auto& w, auto& pool, auto& variant) {
    if (variant.waits_in_destroy) return;  // it has no worker
    auto page = pool.alloc_pages();
    pool.destroy();
    for (int i = 0; i < 600 && !w.warned("stalled pool shutdown"); ++i) w.sleep_ms(1000);
    EXPECT_TRUE(w.warned("stalled pool shutdown"));
    pool.put_full_page(page, false);
    EXPECT_TRUE(eventually_freed(w, 1));
  });
}

REGISTER_TYPED_TEST_SUITE_P(
    Parity, AllocComesFromTheCacheAndFillsItInBulk, DirectRecyclingFillsTheCacheThenTheRing,
    TheRingRefillsTheCacheInBatches, AFullRingReturnsThePage, AConsumedSlotIsFreeOnceItsBatchIs,
    APageThatSomebodyElseHoldsLeavesThePool, BulkLeftoversReturnAndCountOnce,
    BulkGoesToEachPagesOwnPool, OnlyTheConsumersContextRecyclesDirectly,
    FragmentsShareAPageAndReuseItInPlace, DestroyFreesTheFragmentPageAndWhatIsParked,
    ThePageThatComesBackLateFreesThePool, OnlyTheLastUserDestroys,
    AStalledShutdownIsWarnedOfAfterAMinute);

}  // namespace poolrace::pool::parity
