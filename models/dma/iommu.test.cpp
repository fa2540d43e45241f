// SPDX-License-Identifier: MIT
// Short stories of mapping and unmapping in the three modes: who reaches what, when an address
// comes back, what is counted, and that each seeded fault shows and a healthy machine shows
// nothing.
#include "models/dma/iommu.hpp"

#include <gtest/gtest.h>

namespace poolrace::models {
namespace {

constexpr Ps t0 = ps_per_ms;

IommuParams params(IommuMode mode, CpuId cpus = 2) {
  IommuParams p;
  p.mode = mode;
  p.cpus = cpus;
  p.iova.space_pages = 1u << 12;
  return p;
}

TEST(IommuNone, TheAddressIsPhysicalAndUnmapDoesNothing) {
  Iommu iommu(params(IommuMode::none));
  const IommuMap mapped = iommu.map(0, 7, 0x1234, 0, t0);
  EXPECT_TRUE(mapped.ok);
  EXPECT_EQ(mapped.dma_addr, 0x1234000u);
  EXPECT_TRUE(iommu.unmap(0, mapped.dma_addr, 0, t0).had_mapping);
  const IommuAccess access = iommu.device_access(mapped.dma_addr + 9, t0);
  EXPECT_FALSE(access.fault);
  EXPECT_EQ(access.phys, 0x1234009u);
  EXPECT_EQ(access.done_at, t0);
  EXPECT_EQ(iommu.iova_to_phys(0x55).phys, 0x55u);
  iommu.detach();
  EXPECT_TRUE(iommu.attached()) << "there is no domain to lose";
  EXPECT_FALSE(iommu.unmap(0, mapped.dma_addr, 0, t0).domain_gone);
}

TEST(IommuStrict, MapReachesTheFrameAndCostsItsParts) {
  const IommuParams p = params(IommuMode::strict);
  Iommu iommu(p);
  const IommuMap mapped = iommu.map(0, 7, 0x1234, 0, t0);
  EXPECT_EQ(mapped.cost, p.map_ps + p.iova.tree_ps);
  EXPECT_EQ(iommu.iova_to_phys(mapped.dma_addr + 5).phys, 0x1234005u);
  const IommuAccess access = iommu.device_access(mapped.dma_addr + 5, t0);
  EXPECT_EQ(access.frame, 7u);
  EXPECT_EQ(access.phys, 0x1234005u);
  EXPECT_EQ(access.done_at, t0 + p.iotlb.walk_ps + 3 * p.iotlb.level_ps) << "the first walk of all";
  EXPECT_EQ(iommu.live_mappings(), 1u);
  EXPECT_EQ(iommu.live_iovas(), 1u);
}

TEST(IommuStrict, UnmapIsSynchronous) {
  const IommuParams p = params(IommuMode::strict);
  Iommu iommu(p);
  const Iova iova = iommu.map(0, 7, 0x1234, 0, t0).dma_addr;
  iommu.device_access(iova, t0);
  const IommuUnmap gone = iommu.unmap(0, iova, 0, t0 + ps_per_us);
  EXPECT_TRUE(gone.had_mapping);
  EXPECT_EQ(gone.was, 7u);
  const CommandQueueParams& q = p.command_queue;
  EXPECT_EQ(gone.cost,
            p.unmap_ps + q.publish_ps + 2 * q.per_command_ps + q.sync_ps + p.iova.cached_ps);
  EXPECT_TRUE(iommu.device_access(iova, t0 + 2 * ps_per_us).fault);
  EXPECT_EQ(iommu.iova_to_phys(iova).phys, 0u);
  EXPECT_EQ(iommu.live_mappings() + iommu.live_iovas(), 0u);
}

TEST(IommuStrict, TheSyncWaitsForAWalkUnderWay) {
  IommuParams p = params(IommuMode::strict);
  p.iotlb.walk_ps = 50 * ps_per_us;
  Iommu iommu(p);
  const Iova iova = iommu.map(0, 7, 0x1234, 0, t0).dma_addr;
  const Ps walked_at = iommu.device_access(iova, t0).done_at;
  ASSERT_TRUE(iommu.unmap_begin(0, iova, 0, t0 + 100).had_mapping);
  EXPECT_EQ(t0 + 100 + iommu.unmap_invalidate(0, iova, 0, t0 + 100).cost, walked_at);
}

TEST(IommuStrict, AnAddressFreedIsTheNextOneAndALateUnmapHitsIt) {
  Iommu iommu(params(IommuMode::strict));
  const Iova iova = iommu.map(0, 1, 100, 0, t0).dma_addr;
  ASSERT_TRUE(iommu.unmap(0, iova, 0, t0).had_mapping);
  const IommuUnmap twice = iommu.unmap(0, iova, 0, t0);
  EXPECT_FALSE(twice.had_mapping);
  EXPECT_EQ(iommu.iova().live(), 0u) << "changed nothing";
  EXPECT_EQ(iommu.map(1, 3, 300, 0, t0).dma_addr, iova - page_bytes) << "another CPU: a fresh one";
  EXPECT_EQ(iommu.map(0, 2, 200, 0, t0).dma_addr, iova);
  EXPECT_EQ(iommu.unmap(0, iova, 0, t0).was, 2u) << "tears down somebody else's mapping";
}

// VT-d: an unmap makes the walkers forget the way to its page, and the next walk reads it again.
TEST(IommuStrict, AnUnmapOfMoreThanTheLeafMakesTheNextWalkLonger) {
  for (const bool leaf : {true, false}) {
    IommuParams p = params(IommuMode::strict);
    p.invalidate_leaf = leaf;
    Iommu iommu(p);
    const Iova one = iommu.map(0, 7, 100, 0, t0).dma_addr;
    const Iova other = iommu.map(0, 8, 200, 0, t0).dma_addr;
    iommu.device_access(one, t0);
    iommu.unmap(0, one, 0, 2 * t0);
    const Ps at = 3 * t0;
    EXPECT_EQ(iommu.device_access(other, at).done_at - at,
              p.iotlb.walk_ps + (leaf ? 0 : 3) * p.iotlb.level_ps);
  }
}

TEST(IommuStrict, BetweenTheStepsTheOldFrameIsReachable) {
  Iommu iommu(params(IommuMode::strict));
  const Iova iova = iommu.map(0, 7, 100, 0, t0).dma_addr;
  iommu.device_access(iova, t0);
  const IommuUnmap begun = iommu.unmap_begin(0, iova, 0, 2 * t0);
  ASSERT_TRUE(begun.had_mapping);
  const Ps wait = iommu.unmap_invalidate(0, iova, 0, 2 * t0 + begun.cost).cost;
  EXPECT_GT(wait, 0);
  EXPECT_TRUE(iommu.device_access(iova, 2 * t0 + begun.cost).stale);
  EXPECT_NE(iommu.map(0, 8, 200, 0, 2 * t0).dma_addr, iova) << "not free yet";
  iommu.unmap_finish(0, iova, 0, 2 * t0 + begun.cost + wait);
  EXPECT_TRUE(iommu.device_access(iova, 3 * t0).fault);
  EXPECT_EQ(iommu.map(0, 9, 300, 0, 3 * t0).dma_addr, iova);
}

TEST(IommuStrict, AnOrderIsOneMapping) {
  for (bool range : {true, false}) {
    IommuParams p = params(IommuMode::strict);
    p.range_invalidate = range;
    Iommu iommu(p);
    const Iova iova = iommu.map(0, 7, 0x100, 3, t0).dma_addr;
    for (std::uint32_t i = 0; i < 8; ++i)
      EXPECT_EQ(iommu.device_access(iova + i * page_bytes, t0).phys, (0x100u + i) * page_bytes);
    EXPECT_EQ(iommu.device_access(iova + 5 * page_bytes, t0).page, 5u);
    const IommuUnmap gone = iommu.unmap(0, iova, 3, 2 * t0);
    EXPECT_EQ(gone.order, 3u);
    EXPECT_EQ(gone.cost, p.unmap_ps + p.command_queue.publish_ps +
                             (range ? 2 : 9) * p.command_queue.per_command_ps +
                             p.command_queue.sync_ps + p.iova.cached_ps);
    for (std::uint32_t i = 0; i < 8; ++i)
      EXPECT_TRUE(iommu.device_access(iova + i * page_bytes, 3 * t0).fault);
  }
}

TEST(IommuLazy, TheOldFrameIsReachableUntilTheTimerAndTheAddressWaits) {
  const IommuParams p = params(IommuMode::lazy);
  Iommu iommu(p);
  const Iova iova = iommu.map(0, 7, 100, 0, t0).dma_addr;
  iommu.device_access(iova, t0);
  const IommuUnmap gone = iommu.unmap(0, iova, 0, t0);
  EXPECT_EQ(gone.cost, p.unmap_ps + p.flush_queue.add_ps) << "no invalidation in the way";
  EXPECT_EQ(iommu.live_mappings(), 0u);
  EXPECT_EQ(iommu.live_iovas(), 1u);
  EXPECT_EQ(iommu.queued_iovas(), 1u);
  EXPECT_NE(iommu.map(0, 8, 200, 0, 2 * t0).dma_addr, iova);
  const IommuAccess late = iommu.device_access(iova, 9 * t0);
  EXPECT_TRUE(late.stale);
  EXPECT_EQ(late.frame, 7u);
  EXPECT_EQ(iommu.iova_to_phys(iova).phys, 0u);

  const Ps deadline = iommu.next_deadline();
  EXPECT_EQ(deadline, t0 + gone.cost + 10 * ps_per_ms);
  EXPECT_EQ(iommu.timer_fired(0, deadline - 1), 0) << "a timer of an earlier life";
  EXPECT_GT(iommu.timer_fired(1, deadline), p.command_queue.sync_ps);
  EXPECT_TRUE(iommu.device_access(iova, deadline + t0).fault);
  EXPECT_EQ(iommu.live_iovas(), 1u) << "that of frame 8";
  EXPECT_EQ(iommu.map(1, 9, 300, 0, deadline + t0).dma_addr, iova)
      << "the CPU of the timer has it now";
}

TEST(IommuLazy, TheFlushWaitsForWalksUnderWay) {
  IommuParams p = params(IommuMode::lazy);
  p.iotlb.walk_ps = 50 * ps_per_us;
  Iommu iommu(p);
  iommu.unmap(0, iommu.map(0, 7, 100, 0, t0).dma_addr, 0, t0);
  const Ps deadline = iommu.next_deadline();
  const Ps walked_at = iommu.device_access(iommu.map(0, 8, 200, 0, t0).dma_addr, deadline).done_at;
  EXPECT_GE(deadline + iommu.timer_fired(0, deadline), walked_at);
}

TEST(IommuLazy, AnUncachedAddressFaultsAtOnce) {
  Iommu iommu(params(IommuMode::lazy));
  const Iova iova = iommu.map(0, 7, 100, 0, t0).dma_addr;
  iommu.unmap(0, iova, 0, t0);
  EXPECT_TRUE(iommu.device_access(iova, t0).fault);
}

TEST(IommuDetach, EveryCallReportsItAndChangesNothing) {
  for (IommuMode mode : {IommuMode::lazy, IommuMode::strict}) {
    Iommu iommu(params(mode));
    const Iova kept = iommu.map(0, 1, 100, 0, t0).dma_addr;
    const Iova given_back = iommu.map(0, 2, 200, 0, t0).dma_addr;
    const Iova half = iommu.map(0, 3, 300, 0, t0).dma_addr;
    iommu.device_access(kept, t0);
    iommu.unmap(0, given_back, 0, t0);
    ASSERT_TRUE(iommu.unmap_begin(0, half, 0, t0).had_mapping);
    iommu.detach();
    EXPECT_FALSE(iommu.attached());
    EXPECT_EQ(iommu.next_deadline(), ps_never);
    EXPECT_TRUE(iommu.map(0, 4, 400, 0, t0).domain_gone);
    EXPECT_FALSE(iommu.map(0, 4, 400, 0, t0).ok);
    const IommuUnmap late = iommu.unmap(0, kept, 0, t0);
    EXPECT_TRUE(late.domain_gone);
    EXPECT_FALSE(late.had_mapping);
    EXPECT_TRUE(iommu.unmap_invalidate(0, half, 0, t0).domain_gone);
    EXPECT_TRUE(iommu.unmap_finish(0, half, 0, t0).domain_gone);
    EXPECT_TRUE(iommu.iova_to_phys(kept).domain_gone);
    EXPECT_TRUE(iommu.device_access(kept, t0).fault);
    EXPECT_EQ(iommu.timer_fired(0, 100 * t0), 0);
    EXPECT_EQ(iommu.live_mappings(), 1u) << "orphaned";
    EXPECT_EQ(iommu.live_iovas(), 2u) << "the orphan's and that of the half-done unmap";
    EXPECT_EQ(iommu.queued_iovas(), 0u);
  }
}

TEST(IommuFaultSwitch, LoseInvalidate) {
  for (bool lose : {false, true}) {
    Iommu iommu(params(IommuMode::strict));
    iommu.faults().lose_invalidate = lose;
    const Iova iova = iommu.map(0, 1, 100, 0, t0).dma_addr;
    iommu.device_access(iova, t0);
    iommu.unmap(0, iova, 0, t0);
    ASSERT_EQ(iommu.map(0, 2, 200, 0, t0).dma_addr, iova);
    const IommuAccess access = iommu.device_access(iova, t0);
    EXPECT_EQ(access.stale, lose);
    EXPECT_EQ(access.frame, lose ? 1u : 2u);
  }
}

TEST(IommuFaultSwitch, LoseFlush) {
  for (bool lose : {false, true}) {
    Iommu iommu(params(IommuMode::lazy));
    iommu.faults().lose_flush = lose;
    const Iova iova = iommu.map(0, 1, 100, 0, t0).dma_addr;
    iommu.device_access(iova, t0);
    iommu.unmap(0, iova, 0, t0);
    iommu.timer_fired(0, iommu.next_deadline());
    EXPECT_EQ(iommu.live_iovas(), 0u);
    EXPECT_EQ(iommu.device_access(iova, 20 * t0).stale, lose);
  }
}

TEST(IommuFaultSwitch, ReleaseIovaEarly) {
  for (bool early : {false, true}) {
    Iommu iommu(params(IommuMode::lazy));
    iommu.faults().release_iova_early = early;
    const Iova iova = iommu.map(0, 1, 100, 0, t0).dma_addr;
    iommu.device_access(iova, t0);
    iommu.unmap(0, iova, 0, t0);
    EXPECT_EQ(iommu.map(0, 2, 200, 0, t0).dma_addr == iova, early);
    EXPECT_EQ(iommu.device_access(iova, t0).frame, 1u) << "the entry outlives the mapping";
  }
}

TEST(IommuFaultSwitch, LeakIovaAndKeepPte) {
  for (IommuMode mode : {IommuMode::lazy, IommuMode::strict}) {
    Iommu iommu(params(mode));
    const Iova iova = iommu.map(0, 1, 100, 0, t0).dma_addr;
    iommu.faults().leak_iova = true;
    EXPECT_TRUE(iommu.unmap(0, iova, 0, t0).had_mapping);
    EXPECT_EQ(iommu.live_mappings(), 0u);
    EXPECT_EQ(iommu.live_iovas(), 1u);
    EXPECT_EQ(iommu.queued_iovas(), 0u);

    iommu.faults() = {};
    const Iova kept = iommu.map(0, 2, 200, 0, t0).dma_addr;
    iommu.faults().keep_pte = true;
    const IommuUnmap gone = iommu.unmap(0, kept, 0, t0);
    EXPECT_TRUE(gone.had_mapping);
    EXPECT_EQ(gone.was, 2u);
    EXPECT_EQ(iommu.live_mappings(), 1u);
    EXPECT_EQ(iommu.live_iovas(), 2u) << "the leaked one and this one";
    EXPECT_EQ(iommu.queued_iovas(), 0u);
    const IommuAccess access = iommu.device_access(kept, t0);
    EXPECT_FALSE(access.fault);
    EXPECT_FALSE(access.stale);
  }
}

TEST(Iommu, AMapOverALeftoverPteFailsAndGivesTheAddressBack) {
  Iommu iommu(params(IommuMode::strict));
  const Iova iova = iommu.map(0, 1, 100, 0, t0).dma_addr;
  iommu.faults().keep_pte = true;
  ASSERT_TRUE(iommu.unmap_begin(0, iova, 0, t0).had_mapping);
  iommu.faults() = {};
  iommu.unmap_finish(0, iova, 0, t0);  // now the IOVA is free and the PTE is not
  EXPECT_FALSE(iommu.map(0, 2, 200, 0, t0).ok);
  EXPECT_EQ(iommu.live_mappings(), 1u);
  EXPECT_EQ(iommu.live_iovas(), 0u);
}

TEST(Iommu, AnExhaustedSpaceIsAFailedMap) {
  IommuParams p = params(IommuMode::strict);
  p.iova.space_pages = 64;
  Iommu iommu(p);
  for (FrameId i = 0; i < 63; ++i) ASSERT_TRUE(iommu.map(0, i, i, 0, t0).ok);
  const IommuMap failed = iommu.map(0, 99, 99, 0, t0);
  EXPECT_FALSE(failed.ok);
  EXPECT_FALSE(failed.domain_gone);
  EXPECT_EQ(iommu.live_mappings(), 63u);
}

}  // namespace
}  // namespace poolrace::models
