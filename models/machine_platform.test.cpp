// SPDX-License-Identifier: MIT
// What the pool asks for is the same in both worlds, and so is what a seeded fault makes of it.
#include "models/machine_platform.hpp"

#include <gtest/gtest.h>

#include "models/explore/platform.hpp"
#include "models/test_bench.hpp"
#include "sim/explore/search.hpp"

namespace poolrace::models {
namespace {

struct Timed : TestBench {
  void run_alone(const std::function<void()>& body) { EXPECT_TRUE(run_task(body)); }
};

// The parts of a TestBench without time; a test runs before the first choice.
struct Untimed : private MemoryListener {
  Untimed() { memory.observe(&world); }
  void run_alone(const std::function<void()>& body) {
    world.set_up([&] {
      cpus.adopt(0, Level::task, world.self());
      body();
    });
  }
  [[nodiscard]] std::uint64_t misuse(Kind kind) const {
    return checker.counts()[static_cast<std::size_t>(kind)].misuse;
  }
  void use_after_free(Region&, sim::Site) override {}
  Ps stall_at(sim::Site) override { return 0; }

  sim::Search scheduler;
  sim::Explore world{scheduler};
  sim::Trace trace;
  sim::Streams streams{1, 1};
  Checker checker{{[] { return Checker::Here{0, "test", ps_never, no_cpu}; }, [] {}}};
  Cpus cpus{world, CpuParams{}};
  Memory memory{cpus, trace, {}};
  Pages pages{memory, checker, {}, streams};
  Iommu iommu{{}};
  Swiotlb swiotlb{{}};
  LineCache cache{{}};
  Dma dma{memory, checker, pages, iommu, swiotlb, cache, nullptr, {}, streams};
  ExplorePlatform platform{world, nullptr, {cpus, memory, pages, dma, checker}, true};
  Device device{memory, false};
};

template <class Bench>
class BothWorlds : public testing::Test {};
using Worlds = testing::Types<Timed, Untimed>;
TYPED_TEST_SUITE(BothWorlds, Worlds);

TYPED_TEST(BothWorlds, WhatIsFreedTwiceIsReportedAndLeftAsItIs) {
  TypeParam b;
  MachinePlatform::Region pool(b.platform, Region::pool), other(b.platform, Region::other);
  b.run_alone([&] {
    b.platform.kfree(other);
    EXPECT_EQ(b.platform.freed_pools(), 0u);
    b.platform.kfree(pool);
    EXPECT_EQ(b.platform.freed_pools(), 1u);
    EXPECT_EQ(b.misuse(Kind::pool_use_after_free), 0u);
    b.platform.kfree(pool);
  });
  EXPECT_EQ(b.platform.freed_pools(), 1u);
  EXPECT_FALSE(b.platform.pool_alive(0));
  EXPECT_EQ(b.misuse(Kind::pool_use_after_free), 1u);
}

TYPED_TEST(BothWorlds, AnUnmapOfTwiceTheSizeTakesTheNeighbourAlong) {
  TypeParam b;
  b.run_alone([&] {
    const std::vector<Page> pages = b.platform.alloc_pages_bulk(2, 0);
    std::uint64_t addr[2];
    for (int i = 0; i < 2; ++i) addr[i] = b.platform.dma_map_page(b.device, pages[i], 0);
    const int low = addr[0] < addr[1] ? 0 : 1;
    ASSERT_EQ(addr[1 - low] - addr[low], page_bytes) << "neighbours";
    b.platform.faults().double_unmap_size = true;
    b.platform.dma_unmap_page(b.device, addr[low], 0, pages[low]);
  });
  EXPECT_EQ(b.misuse(Kind::unmap_foreign), 1u);
}

TYPED_TEST(BothWorlds, TheSyncOfAnEarlierAddressAndAnotherCpuAreTold) {
  TypeParam b;
  b.run_alone([&] {
    Page page = b.platform.alloc_pages(0, 0);
    const std::uint64_t addr = b.platform.dma_map_page(b.device, page, 0);
    b.platform.dma_sync_for_device(b.device, addr, 0, 64, page);
    EXPECT_EQ(b.misuse(Kind::sync_after_unmap), 0u);
    b.platform.faults().last_sync_address = true;  // none before: address 0
    b.platform.dma_sync_for_device(b.device, addr, 0, 64, page);
    b.platform.faults().cpu_told = 3;
    EXPECT_EQ(b.platform.smp_processor_id(), 3);
  });
  EXPECT_EQ(b.misuse(Kind::sync_after_unmap), 1u);
}

TYPED_TEST(BothWorlds, ATrackingEntryThatOutlivesItsPageIsReported) {
  TypeParam b;
  b.run_alone([&] {
    Page page = b.platform.alloc_pages(0, 0);
    b.platform.tracker_used(page, "test");
    EXPECT_EQ(b.misuse(Kind::tracker_corruption), 0u);
    b.platform.tracker_used(Page(), "test");
    b.platform.put_page_ref(page);
    b.platform.tracker_used(page, "test");
  });
  EXPECT_EQ(b.misuse(Kind::tracker_corruption), 2u);
}

}  // namespace
}  // namespace poolrace::models
