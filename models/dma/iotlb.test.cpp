// SPDX-License-Identifier: MIT
// Closed forms of hardware.md §8 (LRU hits E/M, W walkers give W/walk), staleness, and a naive
// model run beside it.
#include "models/dma/iotlb.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace poolrace::models {
namespace {

struct Draws {  // splitmix64
  std::uint64_t state = 2;
  std::uint64_t operator()(std::uint64_t below) {
    std::uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % below;
  }
};

PageTable mapped(std::uint32_t pages) {  // page i leads to frame i
  PageTable table(1u << 14);
  for (std::uint32_t i = 0; i < pages; ++i) table.map(address_of(i), i, 5000 + i, 0);
  return table;
}

IotlbParams params(std::uint32_t entries, std::uint32_t walkers = 1) {
  IotlbParams p;
  p.entries = entries;
  p.walkers = walkers;
  p.walk_ps = 300 * ps_per_ns;
  p.level_ps = 0;
  return p;
}

TEST(Iotlb, AWalkReadsTheLevelsThatAreNotRemembered) {
  const PageTable table = mapped(600);
  IotlbParams p = params(8);
  p.level_ps = 200 * ps_per_ns;
  Iotlb tlb(p);
  const auto walk = [&](std::uint64_t page) {
    return tlb.translate(address_of(page), table, 0).done_at;
  };
  EXPECT_EQ(walk(3), (300 + 3 * 200) * ps_per_ns);
  const Ps before = walk(4);
  EXPECT_EQ(before, 2 * 300 * ps_per_ns + 3 * 200 * ps_per_ns) << "its neighbour: the leaf alone";
  EXPECT_EQ(walk(599), before + 500 * ps_per_ns) << "another table of leaves";
  EXPECT_EQ(tlb.levels_read(), 4u);
}

TEST(Iotlb, MissWalksHitDoesNot) {
  const PageTable table = mapped(4);
  Iotlb tlb(params(8));
  const Translation miss = tlb.translate(address_of(3) + 5, table, 1000);
  EXPECT_FALSE(miss.hit);
  EXPECT_EQ(miss.frame, 3u);
  EXPECT_EQ(miss.pfn, 5003u);
  EXPECT_EQ(miss.done_at, 1000 + 300 * ps_per_ns);
  const Translation hit = tlb.translate(address_of(3), table, ps_per_us);
  EXPECT_TRUE(hit.hit);
  EXPECT_FALSE(hit.stale);
  EXPECT_EQ(hit.frame, 3u);
  EXPECT_EQ(hit.done_at, ps_per_us);
  EXPECT_EQ(tlb.hits(), 1u);
  EXPECT_EQ(tlb.misses(), 1u);
}

TEST(Iotlb, SecondAccessWaitsForTheWalkUnderWay) {
  const PageTable table = mapped(4);
  Iotlb tlb(params(8));
  const Ps done_at = tlb.translate(address_of(1), table, 0).done_at;
  EXPECT_EQ(tlb.translate(address_of(1), table, 10).done_at, done_at);
  EXPECT_EQ(tlb.drained_at(address_of(1), 0), done_at);
  EXPECT_EQ(tlb.drained_at(address_of(2), 0), 0);
  EXPECT_EQ(tlb.all_drained_at(), done_at);
}

TEST(Iotlb, AStaleEntryLeadsToTheOldFrameUntilInvalidated) {
  PageTable table = mapped(4);
  Iotlb tlb(params(8));
  tlb.translate(address_of(2), table, 0);
  table.unmap(address_of(2));
  Translation after = tlb.translate(address_of(2), table, ps_per_us);
  EXPECT_TRUE(after.stale);
  EXPECT_FALSE(after.fault);
  EXPECT_EQ(after.frame, 2u);
  table.map(address_of(2), 77, 9000, 0);  // the address was handed out again
  after = tlb.translate(address_of(2), table, ps_per_us);
  EXPECT_TRUE(after.stale);
  EXPECT_EQ(after.frame, 2u);
  tlb.invalidate(address_of(2));
  after = tlb.translate(address_of(2), table, ps_per_us);
  EXPECT_FALSE(after.hit);
  EXPECT_FALSE(after.stale);
  EXPECT_EQ(after.frame, 77u);
}

TEST(Iotlb, FaultsAreReportedAndNotCached) {
  PageTable table = mapped(4);
  Iotlb tlb(params(8));
  const Translation fault = tlb.translate(address_of(9), table, 0);
  EXPECT_TRUE(fault.fault);
  EXPECT_EQ(fault.frame, no_frame);
  EXPECT_EQ(fault.done_at, 300 * ps_per_ns);
  EXPECT_EQ(tlb.used(), 0u);
  table.map(address_of(9), 9, 90, 0);
  EXPECT_EQ(tlb.translate(address_of(9), table, 0).frame, 9u);
  EXPECT_EQ(tlb.faults(), 1u);
}

TEST(Iotlb, InvalidateTakesARangeOrAll) {
  const PageTable table = mapped(8);
  Iotlb tlb(params(8));
  for (std::uint32_t i = 0; i < 8; ++i) tlb.translate(address_of(i), table, 0);
  tlb.invalidate(address_of(4), 1);
  for (std::uint32_t i = 0; i < 8; ++i)
    EXPECT_EQ(tlb.contains(address_of(i)), i != 4 && i != 5) << i;
  EXPECT_EQ(tlb.used(), 6u);
  tlb.invalidate_all();
  for (std::uint32_t i = 0; i < 8; ++i) EXPECT_FALSE(tlb.contains(address_of(i)));
  EXPECT_EQ(tlb.used(), 0u);
  for (std::uint32_t i = 0; i < 8; ++i) tlb.translate(address_of(i), table, 0);
  EXPECT_EQ(tlb.used(), 8u) << "all entries are usable again";
}

TEST(Iotlb, ExactLruHasACliff) {
  const PageTable table = mapped(65);
  for (std::uint32_t pages : {64u, 65u}) {
    Iotlb tlb(params(64));
    for (std::uint32_t i = 0; i < 10 * pages; ++i)
      tlb.translate(address_of(i % pages), table, i * ps_per_us);
    EXPECT_EQ(tlb.hits(), pages == 64 ? 9 * pages : 0u) << "cyclic over " << pages;
  }
}

TEST(Iotlb, LruUniformOverMPagesHitsEOverM) {
  for (std::uint32_t pages : {128u, 256u, 1024u}) {
    const PageTable table = mapped(pages);
    Iotlb tlb(params(96));
    Draws draw;
    const std::uint32_t trials = 200'000;
    for (std::uint32_t i = 0; i < 5'000; ++i) tlb.translate(address_of(draw(pages)), table, 0);
    const std::uint64_t warm = tlb.hits();
    for (std::uint32_t i = 0; i < trials; ++i) tlb.translate(address_of(draw(pages)), table, 0);
    const double expected = 96.0 / pages;
    const double seen = static_cast<double>(tlb.hits() - warm) / trials;
    EXPECT_NEAR(seen, expected, 5 * std::sqrt(expected * (1 - expected) / trials)) << pages;
  }
}

TEST(Iotlb, SaturatedWalkersGiveWOverWalk) {
  const PageTable table = mapped(1200);
  for (std::uint32_t walkers : {1u, 2u, 5u, 6u}) {
    Iotlb tlb(params(64, walkers));
    Ps last = 0;
    for (std::uint32_t i = 0; i < 1200; ++i)
      last = std::max(last, tlb.translate(address_of(i), table, 0).done_at);
    EXPECT_EQ(last, 1200 / walkers * 300 * ps_per_ns) << walkers;
  }
}

TEST(Iotlb, AgreesWithANaiveModel) {
  PageTable table = mapped(300);
  Iotlb tlb(params(37, 2));
  std::vector<std::pair<std::uint64_t, FrameId>> naive;  // newest last
  Draws draw;
  std::uint64_t stale_hits = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t page = draw(10) < 7 ? draw(40) : draw(300);
    const auto found = std::find_if(naive.begin(), naive.end(),
                                    [&](const auto& entry) { return entry.first == page; });
    if (draw(50) == 0) {
      tlb.invalidate(address_of(page));
      if (found != naive.end()) naive.erase(found);
    } else if (draw(50) == 0) {  // replace the mapping, leave the entry
      if (table.unmap(address_of(page)).present && draw(2) == 0) continue;
      table.map(address_of(page), static_cast<FrameId>(1000 + i), 7, 0);
    } else {
      const Translation got = tlb.translate(address_of(page), table, i);
      ASSERT_EQ(got.hit, found != naive.end()) << i;
      if (got.hit) {
        const auto entry = *found;
        ASSERT_EQ(got.frame, entry.second);
        const Pte pte = table.lookup(address_of(page));
        ASSERT_EQ(got.stale, !pte.present || pte.frame != entry.second);
        stale_hits += got.stale ? 1 : 0;
        naive.erase(found);
        naive.push_back(entry);
      } else if (!got.fault) {
        if (naive.size() == 37) naive.erase(naive.begin());
        naive.emplace_back(page, got.frame);
      }
    }
    ASSERT_EQ(tlb.used(), naive.size());
  }
  EXPECT_GT(stale_hits, 100u);
}

}  // namespace
}  // namespace poolrace::models
