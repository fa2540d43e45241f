// SPDX-License-Identifier: MIT
// The parts of the native world, and every variant on it as long as nothing is in flight at the
// wrong moment: what must hold whatever the variant does about the race.
#include <gtest/gtest.h>

#include "pool/native/bench.hpp"
#include "pool/native/platform.hpp"
#include "pool/variant.hpp"
#include "pool/xarray.hpp"

namespace poolrace::pool::native {
namespace {

static_assert(Platform<NativePlatform>);

struct Stage {
  Stage() { napi.sched.poke(true); }  // as napi_disable leaves it
  ThreadScope thread{0};
  NativePlatform p;
  Device device{p.reports};
  Napi napi{p.reports};

  auto pool(const char* variant) {
    return make_pool(variant, p, device, &napi, PoolParams{}, Limits{});
  }
  bool freed() {  // once the worker has looked, at the latest
    for (int i = 0; p.live_pools() != 0 && i < 2000; ++i) p.msleep("test: wait", 1000);
    p.worker.cancel_all();
    return p.live_pools() == 0;
  }
};

TEST(NativeDma, CountsEveryCallThatNoMappingStandsBehind) {
  Stage s;
  Dma& dma = s.p.dma;
  Page page = s.p.pages.alloc(), other = s.p.pages.alloc();
  const std::uint64_t addr = dma.map(s.device, page);
  dma.sync_for_device(s.device, addr, page);
  EXPECT_EQ(s.p.reports.total(), 0u);
  dma.unmap(s.device, addr, page);
  dma.unmap(s.device, addr, page);
  EXPECT_EQ(s.p.reports.count(Kind::double_unmap), 1u);
  dma.sync_for_device(s.device, addr, page);
  EXPECT_EQ(s.p.reports.count(Kind::sync_after_unmap), 1u);
  const std::uint64_t again = dma.map(s.device, page);
  EXPECT_NE(again, addr) << "addresses are never handed out twice";
  dma.unmap(s.device, again, other);
  EXPECT_EQ(s.p.reports.count(Kind::unmap_foreign), 1u);
  EXPECT_EQ(dma.live(), 0u);
  dma.map(s.device, other);
  s.p.put_page_ref(other);
  EXPECT_EQ(s.p.reports.count(Kind::free_while_mapped), 1u);
  s.device.bound = false;
  dma.sync_for_device(s.device, dma.map(s.device, page), page);
  EXPECT_EQ(s.p.reports.count(Kind::sync_after_unbind), 1u);
  EXPECT_EQ(s.p.reports.total(), 5u);
}

TEST(NativePages, AWriteThroughAHandleOfAnEndedLifeIsCounted) {
  Stage s;
  Page page = s.p.pages.alloc();
  s.p.put_page_ref(page);
  Page next = s.p.pages.alloc();
  EXPECT_EQ(page, next) << "last freed, first out";
  next.pp_magic().write("test", 1, once);
  EXPECT_EQ(s.p.reports.total(), 0u);
  page.pp_magic().write("test", 1, once);
  EXPECT_EQ(s.p.reports.count(Kind::page_use_after_free), 1u);
}

TEST(NativeWords, AnAccessToAFreedStructIsCounted) {
  Stage s;
  NativePlatform::Region region(s.p, NativePlatform::Region::pool);
  Line line(region);
  Word<int> word(line, 3);
  EXPECT_EQ(word.cmpxchg("test", 3, 4, full), 3);
  EXPECT_EQ(word.add_return("test", 1, full), 5);
  s.p.kfree(region);
  EXPECT_EQ(s.p.reports.total(), 0u);
  word.read("test", once);
  EXPECT_EQ(s.p.reports.count(Kind::pool_use_after_free), 1u);
}

TEST(NativeRcu, AGracePeriodWaitsForASectionWithBottomHalvesOff) {
  Stage s;
  std::atomic<bool> inside{false}, left{false};
  std::thread reader([&] {
    const ThreadScope thread(1);
    const BhOffScope bh_off;
    EXPECT_TRUE(s.p.in_softirq());
    inside = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    left = true;
  });
  while (!inside) std::this_thread::yield();
  s.p.synchronize_rcu("test");
  EXPECT_TRUE(left);
  reader.join();
  {
    const SoftirqScope softirq;
    s.p.synchronize_rcu("test");
  }
  EXPECT_EQ(s.p.reports.count(Kind::wrong_context), 1u);
}

// The walk takes no lock, and a driver that did not stop its NAPI goes on allocating under it.
TEST(NativeXArray, TheWalkRunsBesideAllocationsAndClaims) {
  constexpr std::uint32_t pages = 2000;  // 32 leaves
  Stage s;
  NativePlatform::Region region(s.p, NativePlatform::Region::other);
  XArray<NativePlatform> array(s.p, region);
  std::atomic<bool> filled{false};
  std::thread allocator([&] {
    const ThreadScope thread(1);
    for (std::uint32_t i = 0; i < pages; ++i) {
      Page page = s.p.pages.alloc();
      const std::uint32_t id = array.alloc(page);
      if (i % 7 == 0) {
        EXPECT_EQ(array.cmpxchg_null(id, page), page);
      }
    }
    filled = true;
  });
  std::uint32_t seen = 0;
  const auto walk = [&] {
    seen = 0;
    array.for_each([&](std::uint32_t, Page page) {
      EXPECT_FALSE(page.stale());
      ++seen;
    });
  };
  while (!filled) walk();
  allocator.join();
  walk();
  EXPECT_EQ(seen, pages - (pages + 6) / 7);
  EXPECT_EQ(s.p.reports.text(), "none");
}

TEST(NativeVariants, APageGoesRoundAndThePoolIsFreed) {
  for (const VariantInfo& variant : variant_infos<NativePlatform>()) {
    SCOPED_TRACE(variant.name);
    Stage s;
    const auto pool = s.pool(variant.name);
    {
      const SoftirqScope softirq;
      Page page = pool->alloc_pages();
      ASSERT_TRUE(page);
      pool->recycle_direct(page);
      EXPECT_EQ(pool->alloc_pages(), page) << "through the cache";
      pool->put_full_page(page, false);
      EXPECT_EQ(pool->recycle_stats().ring, 1u);
      page = pool->alloc_pages();
      page.page_refcount().add_return("get_page", 1, relaxed);
      pool->put_full_page(page, false);
      s.p.put_page_ref(page);
      EXPECT_EQ(pool->recycle_stats().released_refcnt, 1u);
      // Out of the ring and into the cache: `skip` leaves mapped what destroy finds in the ring.
      std::vector<Page> all;
      while (pool->alloc_stats().refill == 0) all.push_back(pool->alloc_pages());
      for (const Page each : all) pool->recycle_direct(each);
    }
    pool->destroy();
    EXPECT_TRUE(s.freed());
    EXPECT_EQ(s.p.dma.live(), 0u);
    EXPECT_EQ(s.p.pages.in_use(), 0u);
    EXPECT_EQ(s.p.reports.text(), "none");
    EXPECT_TRUE(s.p.reports.warnings().empty());
  }
}

// The late put comes from another thread, for destroy may be waiting for it.
TEST(NativeVariants, APageThatComesBackLateFreesThePool) {
  for (const VariantInfo& variant : variant_infos<NativePlatform>()) {
    SCOPED_TRACE(variant.name);
    Stage s;
    const auto pool = s.pool(variant.name);
    Page page = pool->alloc_pages();
    std::thread late([&] {
      const ThreadScope thread(1);
      s.p.msleep("test: the stack holds the page", 5000);
      pool->put_full_page(page, false);
    });
    pool->destroy();
    late.join();
    EXPECT_TRUE(s.freed());
    EXPECT_EQ(s.p.dma.live(), s.p.reports.count(Kind::free_while_mapped)) << "no loss unreported";
    EXPECT_EQ(s.p.pages.in_use(), 0u);
  }
}

TEST(NativeBench, MeasuresEveryPathOfEveryVariant) {
  const ThreadScope thread(0);
  for (const VariantInfo& variant : variant_infos<NativePlatform>())
    for (const BenchPathInfo& path : bench_paths)
      EXPECT_GT(PathBench(variant.name, path.path).ns_per_page(500), 0)
          << variant.name << ' ' << path.name;
}

// A bench that measured another path would be worse than none.
TEST(NativeBench, EachPathIsTheOneItIsCalled) {
  for (const VariantInfo& variant : variant_infos<NativePlatform>())
    for (const auto& [path, name] : bench_paths) {
      SCOPED_TRACE(std::string(variant.name) + ' ' + name);
      Stage s;
      const auto pool = make_pool(variant.name, s.p, s.device, &s.napi, bench_params(path), {});
      fill_ring(*pool);
      const auto before = pool->recycle_stats();
      const std::uint32_t lives = s.p.pages.in_use();
      for (int i = 0; i < 640; ++i) pass_once(path, *pool, s.p);
      const auto after = pool->recycle_stats();
      const bool slow = shares(path);
      const bool ring = path == BenchPath::ptr_ring || path == BenchPath::ptr_ring_dma;
      EXPECT_EQ(after.cached - before.cached, path == BenchPath::fast ? 640u : 0u);
      EXPECT_EQ(after.ring - before.ring, ring ? 640u : 0u);
      EXPECT_EQ(after.released_refcnt - before.released_refcnt, slow ? 640u : 0u);
      EXPECT_EQ(pool->alloc_stats().slow, slow ? 10u : 1u) << "64 at a time";
      EXPECT_EQ(s.p.dma.live(), maps(path) ? s.p.pages.in_use() : 0u);
      EXPECT_LE(s.p.pages.in_use(), lives);
      pool->destroy();
      s.p.worker.cancel_all();
    }
}

}  // namespace
}  // namespace poolrace::pool::native
