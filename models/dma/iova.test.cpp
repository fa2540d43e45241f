// SPDX-License-Identifier: MIT
// What the allocator promises: LIFO reuse per CPU, top-down from the tree, magazines and depot of
// the stated sizes, waiting at the locks, and never the same page twice.
#include "models/dma/iova.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

constexpr Ps t0 = 1'000'000;

IovaParams small(CpuId cpus = 2) {
  IovaParams params;
  params.cpus = cpus;
  params.space_pages = 1u << 12;
  return params;
}

struct Draws {  // splitmix64
  std::uint64_t state = 1;
  std::uint64_t operator()(std::uint64_t below) {
    std::uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % below;
  }
};

std::vector<Iova> take(IovaAllocator& allocator, CpuId cpu, int count) {
  std::vector<Iova> taken;
  for (int i = 0; i < count; ++i) taken.push_back(allocator.alloc(cpu, 0, t0).iova);
  return taken;
}

TEST(Iova, TreeHandsOutTopDownAndAligned) {
  IovaAllocator allocator(small());
  EXPECT_EQ(allocator.alloc(0, 0, t0).iova, address_of(4095));
  EXPECT_EQ(allocator.alloc(1, 0, t0).iova, address_of(4094));
  EXPECT_EQ(allocator.alloc(0, 3, t0).iova, address_of(4080));  // 8 pages, aligned to 8
  EXPECT_EQ(allocator.alloc(0, 0, t0).iova, address_of(4079));
  EXPECT_EQ(allocator.live(), 4u);
  EXPECT_EQ(allocator.tree_pages(), 11u);
}

// Orders of 6 and more bypass the magazines and show the tree itself.
TEST(Iova, TheHighestFreedRangeAboveThePositionIsFoundFirst) {
  IovaAllocator allocator(small());
  std::vector<Iova> taken;
  for (int i = 0; i < 4; ++i) taken.push_back(allocator.alloc(0, 6, t0).iova);
  EXPECT_EQ(taken[0], address_of(4096 - 64));
  allocator.free(0, taken[1], 6, t0);
  allocator.free(0, taken[3], 6, t0);  // below the position by now: does not move it
  EXPECT_EQ(allocator.alloc(0, 6, t0).iova, taken[1]);
  EXPECT_EQ(allocator.alloc(0, 6, t0).iova, taken[3]);
}

TEST(Iova, AGapAboveThePositionWaitsForAFreeOrForNeed) {
  IovaParams params = small();
  params.space_pages = 512;
  IovaAllocator allocator(params);
  EXPECT_EQ(allocator.alloc(0, 6, t0).iova, address_of(448));
  const Iova big = allocator.alloc(0, 7, t0).iova;
  EXPECT_EQ(big, address_of(256)) << "aligned to 128: leaves a gap at 384";
  allocator.free(0, big, 7, t0);
  EXPECT_EQ(allocator.alloc(0, 6, t0).iova, address_of(384)) << "the free joins the gap";
  allocator.free(0, address_of(384), 6, t0);
  EXPECT_EQ(allocator.alloc(0, 7, t0).iova, address_of(256));
  EXPECT_EQ(allocator.alloc(0, 7, t0).iova, address_of(128));
  EXPECT_EQ(allocator.alloc(0, 6, t0).iova, address_of(64)) << "not the gap at 384";
  EXPECT_EQ(allocator.alloc(0, 6, t0).iova, address_of(384)) << "nothing below: from the top again";
  EXPECT_EQ(allocator.alloc(0, 6, t0).iova, 0u);
}

TEST(Iova, ACpuGetsBackWhatItFreedLast) {
  IovaAllocator allocator(small());
  const auto own = take(allocator, 0, 3);
  for (Iova iova : own) allocator.free(0, iova, 0, t0);
  EXPECT_EQ(allocator.reusable(0, 0), 3u);
  const IovaAlloc again = allocator.alloc(0, 0, t0);
  EXPECT_EQ(again.iova, own[2]);
  EXPECT_EQ(again.from, IovaSource::cached);
  EXPECT_EQ(again.cost, small().cached_ps);
  EXPECT_EQ(allocator.alloc(0, 0, t0).iova, own[1]);
}

TEST(Iova, ThePreviousMagazineComesAfterTheLoadedOne) {
  IovaAllocator allocator(small());
  const auto own = take(allocator, 0, 130);
  for (Iova iova : own) allocator.free(0, iova, 0, t0);
  EXPECT_EQ(allocator.reusable(0, 0), 2u);
  for (int i = 129; i >= 0; --i) EXPECT_EQ(allocator.alloc(0, 0, t0).iova, own[i]) << i;
  EXPECT_EQ(allocator.alloc(0, 0, t0).from, IovaSource::tree);
}

TEST(Iova, OtherCpusAndOrdersDoNotSeeTheMagazine) {
  IovaAllocator allocator(small());
  const auto own = take(allocator, 0, 2);
  for (Iova iova : own) allocator.free(0, iova, 0, t0);
  EXPECT_EQ(allocator.alloc(1, 0, t0).from, IovaSource::tree);
  EXPECT_EQ(allocator.alloc(0, 1, t0).from, IovaSource::tree);
}

TEST(Iova, PickTakesTheKthMostRecentOrAFreshOne) {
  IovaAllocator allocator(small());
  const auto own = take(allocator, 0, 4);
  for (Iova iova : own) allocator.free(0, iova, 0, t0);
  EXPECT_EQ(allocator.alloc(0, 0, t0, 2).iova, own[1]);
  EXPECT_EQ(allocator.alloc(0, 0, t0).iova, own[3]) << "the others keep their order";
  EXPECT_EQ(allocator.alloc(0, 0, t0, 1).iova, own[0]);
  EXPECT_EQ(allocator.alloc(0, 0, t0, 1).from, IovaSource::tree);
}

TEST(Iova, TwoMagazinesThenTheDepotServesAnotherCpu) {
  IovaAllocator allocator(small());
  const auto own = take(allocator, 0, 257);
  for (int i = 0; i < 256; ++i)
    EXPECT_EQ(allocator.free(0, own[i], 0, t0), small().cached_ps) << "free number " << i;
  EXPECT_EQ(allocator.alloc(1, 0, t0).from, IovaSource::tree) << "nothing in the depot yet";
  EXPECT_EQ(allocator.free(0, own[256], 0, t0), small().cached_ps + small().depot_ps);
  const IovaAlloc from_depot = allocator.alloc(1, 0, t0 + small().depot_ps);
  EXPECT_EQ(from_depot.from, IovaSource::depot);
  EXPECT_EQ(from_depot.cost, small().depot_ps + small().cached_ps);
  EXPECT_EQ(from_depot.iova, own[255]);
  EXPECT_EQ(allocator.reusable(1, 0), 127u);
}

TEST(Iova, AFullDepotSpillsAMagazineIntoTheTree) {
  IovaParams params = small();
  params.depot_magazines_max = 1;
  IovaAllocator allocator(params);
  const auto own = take(allocator, 0, 385);
  for (int i = 0; i < 384; ++i) allocator.free(0, own[i], 0, t0);
  EXPECT_EQ(allocator.tree_pages(), 385u);
  const Ps cost = allocator.free(0, own[384], 0, t0 + ps_per_s);
  EXPECT_EQ(allocator.tree_pages(), 385u - 128u);
  EXPECT_EQ(cost, params.depot_ps + 128 * params.tree_free_ps + params.cached_ps);
}

TEST(Iova, TheTreeLockMakesALaterCallerWait) {
  const IovaParams params = small();
  IovaAllocator allocator(params);
  EXPECT_EQ(allocator.alloc(0, 0, t0).cost, params.tree_ps);
  EXPECT_EQ(allocator.alloc(1, 0, t0).cost, 2 * params.tree_ps);
  EXPECT_EQ(allocator.alloc(0, 0, t0 + 2 * params.tree_ps - 7).cost, params.tree_ps + 7);
  EXPECT_EQ(allocator.alloc(0, 0, t0 + ps_per_s).cost, params.tree_ps);
}

TEST(Iova, ExhaustionEmptiesEveryMagazineBeforeItFails) {
  IovaParams params = small();
  params.space_pages = 64;
  IovaAllocator allocator(params);
  const auto all = take(allocator, 0, 63);
  EXPECT_NE(all.back(), 0u);
  EXPECT_EQ(allocator.alloc(0, 0, t0).from, IovaSource::none);
  EXPECT_EQ(allocator.alloc(0, 0, t0).iova, 0u) << "page 0 is never handed out";
  allocator.free(1, all[10], 0, t0);
  EXPECT_EQ(allocator.alloc(0, 0, t0).iova, all[10]) << "parked in the other CPU's magazine";
  EXPECT_EQ(allocator.live(), 63u);
}

TEST(Iova, RefusesWhatWasNotHandedOut) {
  IovaAllocator allocator(small());
  const Iova iova = allocator.alloc(0, 0, t0).iova;
  EXPECT_THROW(allocator.free(0, iova - page_bytes, 0, t0), InternalError);
  allocator.free(0, iova, 0, t0);
  EXPECT_THROW(allocator.free(0, iova, 0, t0), InternalError);
  EXPECT_THROW(allocator.free(0, 0, 0, t0), InternalError);
  EXPECT_THROW(allocator.free(0, address_of(1u << 30), 0, t0), InternalError);
  EXPECT_THROW(allocator.alloc(9, 0, t0), InternalError);
}

TEST(Iova, RandomUseNeverOverlapsAndEndsEmpty) {
  IovaParams params = small(4);
  params.depot_magazines_max = 2;
  IovaAllocator allocator(params);
  Draws draw;
  std::map<Iova, std::uint32_t> live;  // first address -> order
  int sources[4] = {};
  for (int i = 0; i < 60'000; ++i) {
    const bool grow = live.size() < ((i / 5'000) % 2 == 0 ? 2'000u : 200u);
    const auto cpu = static_cast<CpuId>(draw(grow ? 2 : 4));  // two CPUs only free: depot in use
    if (grow || live.empty()) {
      const auto order = static_cast<std::uint32_t>(draw(20) == 0 ? draw(8) : 0);
      const IovaAlloc got = allocator.alloc(cpu, order, t0 + i * ps_per_us);
      ++sources[static_cast<int>(got.from)];
      if (got.iova == 0) continue;
      EXPECT_EQ(got.iova % (std::uint64_t{page_bytes} << order), 0u);
      const auto above = live.lower_bound(got.iova);
      ASSERT_TRUE(above == live.end() || got.iova + (page_bytes << order) <= above->first);
      if (above != live.begin()) {
        const auto below = std::prev(above);
        ASSERT_LE(below->first + (page_bytes << below->second), got.iova);
      }
      live[got.iova] = order;
    } else {
      auto victim = live.lower_bound(address_of(draw(params.space_pages)));
      if (victim == live.end()) victim = live.begin();
      allocator.free(cpu, victim->first, victim->second, t0 + i * ps_per_us);
      live.erase(victim);
    }
    ASSERT_EQ(allocator.live(), live.size());
  }
  for (int source = 0; source < 3; ++source) EXPECT_GT(sources[source], 5) << source;
  for (auto [iova, order] : live) allocator.free(0, iova, order, t0);
  EXPECT_EQ(allocator.live(), 0u);
}

}  // namespace
}  // namespace poolrace::models
