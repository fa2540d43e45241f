// SPDX-License-Identifier: MIT
#include "models/dma/swiotlb.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

SwiotlbParams params(CpuId cpus = 1, std::uint32_t slots = 64) {
  SwiotlbParams p;
  p.cpus = cpus;
  p.slots = slots;
  return p;
}

TEST(Swiotlb, BouncesAboveTheDevicesLimit) {
  SwiotlbParams p = params();
  EXPECT_FALSE(Swiotlb(p).bounces(0x1000));
  p.bounce_from_pfn = 0x100000;
  EXPECT_FALSE(Swiotlb(p).bounces(0xFFFFF));
  EXPECT_TRUE(Swiotlb(p).bounces(0x100000));
  p.bounce_from_pfn = 0;
  EXPECT_TRUE(Swiotlb(p).bounces(0));
}

TEST(Swiotlb, MapAndUnmapCostAndCount) {
  const SwiotlbParams p = params();
  Swiotlb pool(p);
  EXPECT_FALSE(pool.ever_bounced());
  const SwiotlbMap mapped = pool.map(0, 7, 4096, 0);
  EXPECT_EQ(mapped.cost, p.alloc_ps + p.copy_fixed_ps + 4096 * p.copy_ps_per_byte);
  EXPECT_TRUE(pool.ever_bounced());
  EXPECT_EQ(pool.owner(mapped.slot), 7u);
  EXPECT_EQ(pool.owner(mapped.slot + 1), 7u);
  EXPECT_EQ(pool.slots_used(), 2u);
  const SwiotlbCopy gone = pool.unmap(mapped.slot, false, ps_per_s);
  EXPECT_EQ(gone.cost, p.free_ps);
  EXPECT_EQ(gone.frame, 7u);
  EXPECT_EQ(pool.owner(mapped.slot), no_frame);
  EXPECT_EQ(pool.live() + pool.slots_used(), 0u);
  EXPECT_FALSE(pool.unmap(mapped.slot, false, ps_per_s).live) << "a second time nothing happens";
}

TEST(Swiotlb, DeviceBytesReachThePageOnlyBySync) {
  const SwiotlbParams p = params();
  Swiotlb pool(p);
  const SlotId slot = pool.map(0, 7, 4096, 0).slot;
  ASSERT_TRUE(pool.device_write(slot, 0, 1500));
  EXPECT_EQ(pool.pending_lines(slot, 0, 4096), 24u);
  EXPECT_EQ(pool.pending_lines(slot, 64, 64), 1u) << "a read of the second line would be stale";
  const SwiotlbCopy copied = pool.sync_for_cpu(slot, 0, 1500);
  EXPECT_EQ(copied.cost, p.copy_fixed_ps + 1500 * p.copy_ps_per_byte);
  EXPECT_EQ(copied.lost_device_lines, 0u);
  EXPECT_EQ(pool.pending_lines(slot, 0, 4096), 0u);
}

TEST(Swiotlb, LinesAreTrackedAcrossTheSlotsOfAMapping) {
  Swiotlb pool(params());
  const SlotId slot = pool.map(0, 7, 4096, 0).slot;
  pool.device_write(slot, 2000, 100);  // lines 31 of the first slot, 0 of the second
  EXPECT_EQ(pool.pending_lines(slot, 0, 2048), 1u);
  EXPECT_EQ(pool.pending_lines(slot, 2048, 2048), 1u);
  pool.sync_for_cpu(slot, 2048, 1);
  EXPECT_EQ(pool.pending_lines(slot, 0, 4096), 1u);
  pool.device_write(slot, 0, 1u << 20);  // clamped to the mapping
  EXPECT_EQ(pool.pending_lines(slot, 0, 4096), 64u);
}

TEST(Swiotlb, ALateSyncForDeviceOverwritesWhatTheDeviceWrote) {
  Swiotlb pool(params());
  const SlotId slot = pool.map(0, 7, 4096, 0).slot;
  EXPECT_EQ(pool.sync_for_device(slot, 0, 4096).lost_device_lines, 0u);
  pool.device_write(slot, 0, 640);
  EXPECT_EQ(pool.sync_for_device(slot, 128, 128).lost_device_lines, 2u);
  EXPECT_EQ(pool.pending_lines(slot, 0, 4096), 8u);
  EXPECT_EQ(pool.sync_for_device(slot, 0, 4096).lost_device_lines, 8u);
}

TEST(Swiotlb, UnmapCopiesOutOrDrops) {
  for (bool copy_out : {true, false}) {
    const SwiotlbParams p = params();
    Swiotlb pool(p);
    const SlotId slot = pool.map(0, 7, 4096, 0).slot;
    pool.device_write(slot, 0, 256);
    const SwiotlbCopy gone = pool.unmap(slot, copy_out, ps_per_s);
    EXPECT_EQ(gone.lost_device_lines, copy_out ? 0u : 4u);
    EXPECT_EQ(gone.cost > p.free_ps, copy_out);
  }
}

TEST(Swiotlb, CallsOnFreedSlotsDoNothingAndOnReusedOnesHitTheNewOwner) {
  Swiotlb pool(params(1, 2));
  const SlotId slot = pool.map(0, 7, 4096, 0).slot;
  pool.device_write(slot, 0, 64);
  pool.unmap(slot, true, 0);
  EXPECT_FALSE(pool.sync_for_cpu(slot, 0, 64).live);
  EXPECT_FALSE(pool.sync_for_device(slot, 0, 64).live);
  EXPECT_FALSE(pool.device_write(slot, 0, 64));
  EXPECT_FALSE(pool.sync_for_cpu(no_slot, 0, 64).live);
  ASSERT_EQ(pool.map(0, 8, 4096, 0).slot, slot);
  EXPECT_EQ(pool.pending_lines(slot, 0, 4096), 0u) << "the new owner starts clean";
  EXPECT_EQ(pool.sync_for_cpu(slot, 0, 64).frame, 8u);
  EXPECT_FALSE(pool.sync_for_cpu(slot + 1, 0, 64).live) << "not the start of a mapping";
}

TEST(Swiotlb, AreasHaveTheirOwnLocksAndHelpEachOther) {
  SwiotlbParams p = params(2, 8);
  p.copy_on_map = false;
  Swiotlb pool(p);
  EXPECT_EQ(pool.map(0, 1, 4096, 0).cost, p.alloc_ps);
  EXPECT_EQ(pool.map(1, 2, 4096, 0).cost, p.alloc_ps) << "another area, no waiting";
  EXPECT_EQ(pool.map(0, 3, 4096, 0).cost, 2 * p.alloc_ps) << "the same area: waits";
  const SwiotlbMap helped = pool.map(0, 4, 4096, ps_per_s);
  EXPECT_GE(helped.slot, 4u) << "from the other area";
  EXPECT_EQ(helped.cost, 2 * p.alloc_ps);
  EXPECT_EQ(pool.map(0, 5, 4096, ps_per_s).slot, no_slot);
  EXPECT_EQ(pool.live(), 4u);
}

TEST(Swiotlb, RunsAreContiguousNextFitAndPageAligned) {
  Swiotlb pool(params(1, 16));
  EXPECT_EQ(pool.map(0, 1, 100, 0).slot, 0u);
  EXPECT_EQ(pool.map(0, 2, 4096, 0).slot, 2u) << "page-sized: even slot";
  EXPECT_EQ(pool.map(0, 3, 2048, 0).slot, 4u) << "next fit does not look back";
  EXPECT_EQ(pool.map(0, 4, 16'384, 0).slot, 6u);
  EXPECT_EQ(pool.map(0, 5, 8'192, 0).slot, no_slot) << "2 + 1 + 1 free slots, no run of 4";
  EXPECT_EQ(pool.map(0, 6, 4096, 0).slot, 14u);
  EXPECT_EQ(pool.map(0, 7, 2048, 0).slot, 1u) << "wraps";
  EXPECT_THROW(pool.map(0, 8, 256 * 1024 + 1, 0), InternalError);
}

TEST(Swiotlb, ARunThatWouldCrossTheEndWraps) {
  Swiotlb pool(params(1, 16));
  const SlotId first = pool.map(0, 1, 12 * Swiotlb::slot_bytes, 0).slot;
  EXPECT_EQ(pool.map(0, 2, 4096, 0).slot, 12u);
  pool.unmap(first, false, 0);
  EXPECT_EQ(pool.map(0, 3, 8192, 0).slot, 0u);
}

TEST(Swiotlb, RandomUseNeverOverlaps) {
  Swiotlb pool(params(3, 120));
  std::map<SlotId, std::uint32_t> live;
  std::uint64_t state = 9;
  const auto draw = [&](std::uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
  };
  int refused = 0;
  for (int i = 0; i < 50'000; ++i) {
    if (draw(2) == 0) {
      const auto bytes = static_cast<std::uint32_t>(1 + draw(9'000));
      const SlotId slot = pool.map(static_cast<CpuId>(draw(3)), 1, bytes, i).slot;
      if (slot == no_slot) {
        ++refused;
        continue;
      }
      const std::uint32_t run = (bytes + 2047) / 2048;
      const auto above = live.lower_bound(slot);
      ASSERT_TRUE(above == live.end() || slot + run <= above->first);
      ASSERT_TRUE(above == live.begin() ||
                  std::prev(above)->first + std::prev(above)->second <= slot);
      ASSERT_EQ(slot / 40, (slot + run - 1) / 40) << "within one area";
      live[slot] = run;
    } else if (!live.empty()) {
      auto victim = live.lower_bound(static_cast<SlotId>(draw(120)));
      if (victim == live.end()) victim = live.begin();
      ASSERT_TRUE(pool.unmap(victim->first, false, i).live);
      live.erase(victim);
    }
    ASSERT_EQ(pool.live(), live.size());
  }
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace poolrace::models
