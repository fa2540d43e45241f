// SPDX-License-Identifier: MIT
// The put side (page_pool.md §1.5, §1.7, §2.3 to §2.6): who may recycle directly, what cannot be
// recycled, how much is synced, the five recycle counters, the producer lock by context, bulk puts.
#include <gtest/gtest.h>

#include "models/pools.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;
using pool::PoolParams;
using Pool = TestBench::Pool;

std::vector<Page> take(Pool& pool, std::size_t count) {
  std::vector<Page> pages;
  for (std::size_t i = 0; i < count; ++i) pages.push_back(pool.alloc_pages());
  return pages;
}

enum class Where { task, bh_off, softirq };

// Runs `body` on CPU 0 in that context and waits for it; the caller is a task on CPU 0.
void run_in(TestBench& b, Where where, const std::function<void()>& body) {
  if (where == Where::task) body();
  if (where == Where::bh_off) b.bh_off(body);
  if (where != Where::softirq) return;
  bool done = false;
  b.softirq(0, [&] {
    body();
    done = true;
  });
  while (!done) b.cpus.compute(1_us);
}

// The predicate: in softirq (or bottom halves off) and (cpuid is here or the NAPI polls here).
TEST(PoolPut, OnlyTheConsumersContextRecyclesDirectly) {
  for (const Where where : {Where::task, Where::bh_off, Where::softirq})
    for (const int cpuid : {-1, 0, 1})
      for (const int list_owner : {-1, 0, 1})
        for (const bool linked : {false, true}) {
          TestBench b;
          pool::PagePool<SimPlatform> pool(b.platform, b.device, linked ? &b.napi : nullptr,
                                           PoolParams{}, {}, cpuid);
          b.napi.list_owner.poke(list_owner);
          EXPECT_TRUE(b.run_task([&] {
            Page page = pool.alloc_pages();
            run_in(b, where, [&] { pool.put_full_page(page, false); });
            const bool direct = where != Where::task && (cpuid == 0 || (linked && list_owner == 0));
            EXPECT_EQ(pool.recycle_stats().cached, direct ? 1u : 0u)
                << static_cast<int>(where) << ' ' << cpuid << ' ' << list_owner << ' ' << linked;
            EXPECT_EQ(pool.recycle_stats().ring, direct ? 0u : 1u);
          }));
        }
}

TEST(PoolPut, AllowDirectIsTheCallersWord) {
  TestBench b;
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    pool->recycle_direct(pool->alloc_pages());
    EXPECT_EQ(pool->recycle_stats().cached, 1u);
    EXPECT_EQ(b.passed("napi_local: read cpuid"), 0u) << "nobody asks";
  }));
}

TEST(PoolPut, NotTheLastReferenceIsNotThePut) {
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"}) {
    TestBench b;
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      pool->fragment_page(page, 3);
      pool->put_full_page(page, true);
      pool->put_full_page(page, true);
      EXPECT_EQ(pool->recycle_stats().cached, 0u);
      EXPECT_EQ(page.pp_ref_count().read("test", pool::once), 1);
      pool->put_full_page(page, true);
      EXPECT_EQ(pool->recycle_stats().cached, 1u);
      EXPECT_EQ(page.pp_ref_count().read("test", pool::once), 1) << "always 1 when parked";
    }));
  }
}

TEST(PoolPut, APageWithAnotherReferenceLeavesThePool) {
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"})
    for (const bool pfmemalloc : {false, true}) {
      TestBench b;
      auto pool = b.pool(variant);
      EXPECT_TRUE(b.run_task([&] {
        Page page = pool->alloc_pages();
        const int held = pool->peek_inflight();
        if (pfmemalloc)
          page.frame().pfmemalloc = true;
        else
          page.frame().refcount.poke(2);
        const auto syncs = b.dma.syncs();
        pool->put_full_page(page, true);
        EXPECT_EQ(pool->recycle_stats().released_refcnt, 1u);
        EXPECT_EQ(pool->recycle_stats().cached, 0u);
        EXPECT_EQ(pool->peek_inflight(), held - 1);
        EXPECT_EQ(b.dma.syncs(), syncs) << "what leaves is not synced";
        EXPECT_EQ(page.frame().pp_magic.peek(), 0u);
        EXPECT_EQ(page.frame().pp.peek(), nullptr);
        EXPECT_EQ(page.frame().dma_addr.peek(), 0u);
        EXPECT_EQ(page.stale(), pfmemalloc) << "the other holder keeps the page alive";
        EXPECT_EQ(page.frame().refcount.peek(), pfmemalloc ? 0 : 1);
        EXPECT_EQ(b.misuse(), 0u) << variant;
        page.frame().pfmemalloc = false;
      }));
    }
}

TEST(PoolPut, AFullRingReturnsThePage) {
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"}) {
    TestBench b;
    PoolParams params;
    params.pool_size = 20;
    auto pool = b.pool(variant, params);
    EXPECT_TRUE(b.run_task([&] {
      auto pages = take(*pool, 64);
      for (Page page : pages) pool->put_full_page(page, false);
      EXPECT_EQ(pool->recycle_stats().ring, 20u) << variant;
      EXPECT_EQ(pool->recycle_stats().ring_full, 44u);
      EXPECT_EQ(pool->peek_inflight(), 20);
      EXPECT_FALSE(pages[19].stale());
      EXPECT_TRUE(pages[20].stale());
      EXPECT_EQ(b.misuse(), 0u) << variant;
    }));
  }
}

// A sync covers min(sync_size, max_len) at dma_addr + offset: it costs that many lines.
TEST(PoolPut, SyncCoversTheLesserOfSizeAndMaxLen) {
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"}) {
    TestBench b;
    PoolParams params;
    params.max_len = 1024;
    auto pool = b.pool(variant, params);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      const auto cost_of = [&](std::uint32_t size) {
        const Ps before = b.dma.time_in_sync();
        pool->put_page(page, size, true);
        const Ps cost = b.dma.time_in_sync() - before;
        page = pool->alloc_pages();
        return cost;
      };
      cost_of(0);
      const Ps none = cost_of(0), one = cost_of(64), four = cost_of(256), all = cost_of(1024);
      EXPECT_EQ(four - one, 3 * b.p.clean_line) << variant;
      EXPECT_EQ(all - one, 15 * b.p.clean_line);
      EXPECT_EQ(cost_of(4096), all);
      EXPECT_EQ(cost_of(Pool::whole_page), all);
      EXPECT_LT(none, one);
    }));
  }
}

// Size 0 (XDP_TX completion) still looks the address up; a coherent device needs no call at all.
TEST(PoolPut, NoSyncWithoutNeedOrFlag) {
  for (const bool coherent : {false, true})
    for (const bool flag : {false, true})
      for (const bool debug : {false, true}) {
        BenchSetup setup;
        setup.p.coherent = coherent;
        setup.p.dma_debug = debug;
        TestBench b(setup);
        PoolParams params;
        if (!flag) params.flags = pool::pp_flag_dma_map;
        auto pool = b.pool("baseline", params);
        EXPECT_TRUE(b.run_task([&] {
          Page page = pool->alloc_pages();
          const auto before = b.dma.syncs();
          pool->put_page(page, 0, true);
          const bool expected = flag && (!coherent || debug);
          EXPECT_EQ(b.dma.syncs() - before, expected ? 1u : 0u);
          EXPECT_EQ(before, expected ? 64u : 0u) << "at map";
        }));
      }
}

TEST(PoolPut, TheProducerLockIsPlainInSoftirqAndBhElsewhere) {
  for (const Where where : {Where::task, Where::bh_off, Where::softirq}) {
    TestBench b;
    auto pool = b.pool("baseline");
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      run_in(b, where, [&] { pool->put_full_page(page, false); });
      EXPECT_EQ(b.passed("ring: lock producer, bh"), where == Where::task ? 1u : 0u);
      EXPECT_EQ(b.passed("ring: lock producer"), where == Where::task ? 0u : 1u);
      EXPECT_FALSE(b.cpus.in_softirq());
    }));
  }
}

TEST(PoolPut, HardInterruptsMayNotPut) {
  for (const bool bulk : {false, true}) {
    TestBench b;
    auto pool = b.pool("baseline");
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      b.irq(0, [&] {
        if (bulk)
          pool->put_page_bulk({page});
        else
          pool->put_full_page(page, true);
      });
      b.cpus.compute(100_us);
      EXPECT_EQ(b.misuse(Kind::wrong_context), 1u) << bulk;
    }));
  }
}

TEST(PoolPut, TheSkbPathFindsThePoolInThePage) {
  TestBench b;
  auto one = b.pool("baseline"), two = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    Page page = two->alloc_pages();
    EXPECT_TRUE(one->skb_put_page(page));
    EXPECT_EQ(one->recycle_stats().ring, 0u);
    EXPECT_EQ(two->recycle_stats().ring, 1u);
    page.frame().pp.poke(nullptr);
    EXPECT_FALSE(one->skb_put_page(page)) << "it names none";
  }));
}

TEST(PoolBulk, GoesToEachPagesOwnPool) {
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"}) {
    TestBench b;
    auto one = b.pool(variant), two = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      auto a = take(*one, 8), z = take(*two, 8);
      a[2].frame().refcount.poke(2);  // cannot be recycled
      one->fragment_page(a[3], 2);    // not the last reference
      std::vector<Page> mixed;
      for (std::size_t i = 0; i < 8; ++i) {
        mixed.push_back(z[i]);
        mixed.push_back(a[i]);
      }
      const auto from = b.trace.count();
      one->put_page_bulk(mixed);
      EXPECT_EQ(one->recycle_stats().ring, 6u) << variant;
      EXPECT_EQ(one->recycle_stats().released_refcnt, 1u);
      EXPECT_EQ(two->recycle_stats().ring, 8u);
      EXPECT_EQ(a[3].frame().pp_ref_count.peek(), 1);
      EXPECT_EQ(b.passed("ring: lock producer, bh", from), 2u) << "one lock a pool";
      EXPECT_EQ(b.misuse(), 0u) << variant;
    }));
  }
}

TEST(PoolBulk, AsksOnceARoundWhetherItIsNapiLocal) {
  TestBench b;
  auto pool = b.pool("baseline");
  b.napi.list_owner.poke(0);
  EXPECT_TRUE(b.run_task([&] {
    auto pages = take(*pool, 16);
    b.bh_off([&] { pool->put_page_bulk(pages); });
    EXPECT_EQ(b.passed("napi_local: read p.napi"), 1u);
    EXPECT_EQ(pool->recycle_stats().cached, 16u);
    EXPECT_EQ(pool->recycle_stats().ring, 0u);
  }));
}

TEST(PoolBulk, LeftoversReturnOutsideTheLockAndCountOnce) {
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"}) {
    TestBench b;
    PoolParams params;
    params.pool_size = 10;
    auto pool = b.pool(variant, params);
    EXPECT_TRUE(b.run_task([&] {
      auto pages = take(*pool, 16);
      const auto from = b.trace.count();
      pool->put_page_bulk(pages);
      EXPECT_EQ(pool->recycle_stats().ring, 10u) << variant;
      EXPECT_EQ(pool->recycle_stats().ring_full, 1u);
      EXPECT_EQ(pool->peek_inflight(), 64 - 6);
      const auto sites = b.sites(from);
      const auto unlock = std::find(sites.begin(), sites.end(), "ring: unlock producer, bh");
      EXPECT_EQ(std::count(sites.begin(), unlock, "raise pages_state_release_cnt"), 0);
      EXPECT_EQ(std::count(unlock, sites.end(), "raise pages_state_release_cnt"), 6);
    }));
  }
}

TEST(PoolBulk, TakesTheLockOnceASixteen) {
  TestBench b;
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    pool->put_page_bulk(take(*pool, 40));
    EXPECT_EQ(b.passed("ring: lock producer, bh"), 3u);
    EXPECT_EQ(pool->recycle_stats().ring, 40u);
  }));
}

}  // namespace
}  // namespace poolrace::models
