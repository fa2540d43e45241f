// SPDX-License-Identifier: MIT
// The end of a pool (page_pool.md §1.3, §2.7, §2.8) in whatever variant: users, the in-flight count
// and its wrap-around, freed at once or by the worker once a second, the 60 s warning, references
// to the device, the one time that the alloc cache may be emptied.
#include <gtest/gtest.h>

#include "models/pools.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

constexpr const char* variants[] = {"baseline", "scan", "scan-rcu", "xarray-fixed"};

struct DestroyBench : TestBench {
  explicit DestroyBench(const BenchSetup& setup = {}) : TestBench(setup) {
    napi.sched.poke(true);  // as napi_disable leaves it
  }
};

// Opens what only variants may touch.
struct Probe : pool::PagePool<SimPlatform> {
  using PagePool::destroy_cnt_;
  using PagePool::hold_cnt_;
  using PagePool::inflight;
  using PagePool::PagePool;
  using PagePool::release_cnt_;
};

TEST(PoolDestroy, APoolWithNothingInFlightIsFreedAtOnce) {
  for (const char* variant : variants) {
    DestroyBench b;
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      pool->put_full_page(page, false);
      pool->destroy();
      EXPECT_EQ(b.platform.freed_pools(), 1u) << variant;
      EXPECT_EQ(pool->peek_inflight(), 0);
      EXPECT_EQ(b.checker.live_mappings(), 0u);
      b.sleep(3_s);
      EXPECT_EQ(b.passed("inflight: read release_cnt"), 1u) << "no worker was started";
    }));
    EXPECT_EQ(b.misuse(), 0u) << variant;
    EXPECT_TRUE(b.freed_uses.empty()) << variant << ": " << b.freed_uses.front();
    EXPECT_TRUE(b.platform.warnings().empty());
  }
}

TEST(PoolDestroy, TheWorkerLooksOnceASecondUntilTheLastPageIsBack) {
  for (const char* variant : variants) {
    DestroyBench b;
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      pool->destroy();
      const Ps destroyed = b.world->now();
      const auto looks = [&] { return b.passed("inflight: read release_cnt"); };
      const auto at_destroy = looks();
      for (int second = 1; second <= 5; ++second) {
        b.cpus.sleep_until(destroyed + second * 1_s - 2 * b.cpus.jiffy());
        EXPECT_EQ(looks(), at_destroy + static_cast<std::uint64_t>(second) - 1) << variant;
        b.cpus.sleep_until(destroyed + second * (1_s + 3 * b.cpus.jiffy()));
        EXPECT_EQ(looks(), at_destroy + static_cast<std::uint64_t>(second)) << variant;
      }
      pool->put_full_page(page, false);
      EXPECT_EQ(b.platform.freed_pools(), 0u) << "it waits for the worker";
      b.sleep(1_s + 3 * b.cpus.jiffy());
      EXPECT_EQ(b.platform.freed_pools(), 1u) << variant;
      EXPECT_EQ(b.checker.live_mappings(), 0u);
    }));
    EXPECT_TRUE(b.freed_uses.empty()) << variant;
  }
}

TEST(PoolDestroy, TheStallWarningComesEvery60SecondsUnlessThePoolIsVisible) {
  for (const bool visible : {false, true}) {
    DestroyBench b;
    const auto stalled = [&] {
      const auto& said = b.platform.warnings();
      return std::count(said.begin(), said.end(), "stalled pool shutdown");
    };
    auto pool = b.pool("baseline");
    EXPECT_TRUE(b.run_task([&] {
      pool->set_visible(visible);
      pool->alloc_pages();
      pool->destroy();
      const Ps destroyed = b.world->now();
      b.cpus.sleep_until(destroyed + 59_s);
      EXPECT_EQ(stalled(), 0);
      b.cpus.sleep_until(destroyed + 62_s);
      EXPECT_EQ(stalled(), visible ? 0 : 1);
      b.cpus.sleep_until(destroyed + 125_s);
      EXPECT_EQ(stalled(), visible ? 0 : 2);
    }));
  }
}

TEST(PoolDestroy, OnlyTheLastUserDestroys) {
  for (const char* variant : variants) {
    DestroyBench b;
    auto pool = b.pool(variant);
    int told = 0;
    EXPECT_TRUE(b.run_task([&] {
      pool->use_xdp_mem([&] {
        ++told;
        EXPECT_EQ(b.platform.freed_pools(), 0u) << "told before the memory goes";
      });
      Page page = pool->alloc_pages();
      pool->destroy();
      EXPECT_EQ(b.passed("destroy: clear p.napi"), 0u) << "a user is left: nothing happens";
      pool->destroy();
      EXPECT_EQ(b.passed("destroy: clear p.napi"), 1u);
      EXPECT_EQ(told, 0) << "a page is in flight";
      pool->put_full_page(page, false);
      b.sleep(2_s);
      EXPECT_EQ(told, 1) << variant;
      EXPECT_EQ(b.platform.freed_pools(), 1u);
    }));
  }
}

// hold - release as a signed difference of two unsigned 32-bit counters.
TEST(PoolDestroy, InFlightSurvivesTheWrapAround) {
  struct Case {
    std::uint32_t hold, release;
    int strict, lax;
    bool warns;
  };
  for (const Case& c : {Case{5, 0xfffffff0U, 21, 21, false}, Case{0, 0, 0, 0, false},
                        Case{0x80000003U, 0x80000000U, 3, 3, false},
                        Case{0xfffffff0U, 5, -21, 0, true}, Case{7, 8, -1, 0, true}}) {
    DestroyBench b;
    Probe pool(b.platform, b.device, &b.napi, {}, {});
    pool.hold_cnt_.poke(c.hold);
    pool.release_cnt_.poke(c.release);
    EXPECT_TRUE(b.run_task([&] {
      EXPECT_EQ(pool.inflight(false), c.lax);
      EXPECT_TRUE(b.platform.warnings().empty());
      EXPECT_EQ(pool.inflight(true), c.strict);
      EXPECT_EQ(b.platform.warnings().size(), c.warns ? 1u : 0u);
      EXPECT_EQ(pool.peek_inflight(), c.strict);
    }));
  }
}

TEST(PoolDestroy, APoolAcrossTheWrapIsFreed) {
  DestroyBench b;
  Probe pool(b.platform, b.device, &b.napi, {}, {});
  pool.hold_cnt_.poke(0xffffffe0U);
  pool.release_cnt_.poke(0xffffffe0U);
  EXPECT_TRUE(b.run_task([&] {
    pool.open();
    Page page = pool.alloc_pages();
    EXPECT_EQ(pool.hold_cnt_.peek(), 0x20U);
    pool.put_full_page(page, false);
    pool.destroy();
    EXPECT_EQ(b.platform.freed_pools(), 1u);
  }));
}

TEST(PoolDestroy, TheReleaseCountIsReadBeforeTheHoldCount) {
  DestroyBench b;
  Probe pool(b.platform, b.device, &b.napi, {}, {});
  EXPECT_TRUE(b.run_task([&] {
    pool.inflight(true);
    EXPECT_EQ(b.sites(),
              (std::vector<std::string>{"inflight: read release_cnt", "inflight: read hold_cnt"}));
  }));
}

// Newer code gives up on a negative count; V0 goes on for ever.
TEST(PoolDestroy, ANegativeCountStopsTheWorkerOnlyInNewerCode) {
  for (const char* variant : variants) {
    DestroyBench b;
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      page.frame().refcount.poke(9);
      pool->put_full_page(page, false);
      page.frame().pp_ref_count.poke(1);
      pool->put_full_page(page, false);  // a driver's bug: returned twice
      pool->destroy();
      EXPECT_EQ(pool->peek_inflight(), -1);
      const auto before = b.passed("scrub: raise destroy_cnt");
      b.sleep(10_s + 500_ms);
      const auto passes = b.passed("scrub: raise destroy_cnt") - before;
      if (std::string(variant) == "xarray-fixed")
        EXPECT_EQ(passes, 1u);
      else
        EXPECT_EQ(passes, 10u) << variant;
      EXPECT_EQ(b.platform.freed_pools(), 0u);
    }));
  }
}

TEST(PoolDestroy, OnlyV0HoldsTheDevice) {
  for (const char* variant : variants) {
    DestroyBench b;
    auto pool = b.pool(variant);
    const bool v0 = std::string(variant) == "baseline";
    EXPECT_TRUE(b.run_task([&] {
      pool.get();
      EXPECT_EQ(b.device.refcount.peek(), v0 ? 2 : 1) << variant;
      Page page = pool->alloc_pages();
      pool->destroy();
      EXPECT_EQ(b.device.refcount.peek(), v0 ? 2 : 1) << variant << ": in flight";
      pool->put_full_page(page, false);
      b.sleep(2_s);
      EXPECT_EQ(b.platform.freed_pools(), 1u);
      EXPECT_EQ(b.device.refcount.peek(), 1) << variant;
    }));
  }
}

TEST(PoolDestroy, NapiThatMayStillRunIsWarnedOf) {
  for (const bool sched : {false, true})
    for (const int list_owner : {-1, 0}) {
      DestroyBench b;
      b.napi.sched.poke(sched);
      b.napi.list_owner.poke(list_owner);
      auto pool = b.pool("baseline");
      EXPECT_TRUE(b.run_task([&] { pool->destroy(); }));
      EXPECT_EQ(b.platform.warnings().size(), sched && list_owner == -1 ? 0u : 1u);
    }
}

// From destroy on nobody recycles directly by predicate, for p.napi is cleared.
TEST(PoolDestroy, DirectRecyclingEnds) {
  for (const char* variant : variants) {
    DestroyBench b;
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      pool->destroy();
      b.napi.list_owner.poke(0);
      b.bh_off([&] { pool->put_full_page(page, false); });
      EXPECT_EQ(pool->recycle_stats().cached, 0u) << variant;
      EXPECT_EQ(pool->recycle_stats().ring, 1u);
    }));
  }
}

// The cache is emptied by the first scrub alone: what a driver still pushes into it is stranded.
TEST(PoolDestroy, TheAllocCacheIsEmptiedOnlyOnce) {
  for (const char* variant : variants) {
    DestroyBench b;
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      pool->destroy();
      pool->recycle_direct(page);
      b.sleep(5_s);
      EXPECT_EQ(pool->peek_inflight(), 1) << variant;
      EXPECT_EQ(b.platform.freed_pools(), 0u);
      EXPECT_FALSE(page.stale());
    }));
  }
}

TEST(PoolDestroy, AParkedPageWithOtherReferencesIsReported) {
  DestroyBench b;
  auto pool = b.pool("baseline");
  EXPECT_TRUE(b.run_task([&] {
    Page page = pool->alloc_pages();
    pool->put_full_page(page, false);
    page.frame().refcount.poke(2);
    pool->destroy();
    EXPECT_EQ(b.platform.warnings().size(), 1u);
    EXPECT_EQ(b.platform.freed_pools(), 1u);
    EXPECT_FALSE(page.stale());
  }));
}

// After the count nothing of the pool is touched by the returner (bare destroy/put orders only:
// `scan` and `scan-rcu` still unlock the destroy_lock).
TEST(PoolDestroy, TheReleaseCountIsTheLastAccessToThePool) {
  for (const char* variant : {"baseline", "xarray-fixed"}) {
    DestroyBench b;
    auto pool = b.pool(variant);
    EXPECT_TRUE(b.run_task([&] {
      Page page = pool->alloc_pages();
      page.frame().refcount.poke(2);
      const auto from = b.trace.count();
      pool->put_full_page(page, false);
      const auto sites = b.sites(from);
      const auto count = std::find(sites.begin(), sites.end(), "raise pages_state_release_cnt");
      EXPECT_EQ(std::vector<std::string>(count + 1, sites.end()),
                (std::vector<std::string>{"clear pp_magic", "clear page owner",
                                          "put_page: drop _refcount"}))
          << variant;
    }));
  }
}

}  // namespace
}  // namespace poolrace::models
