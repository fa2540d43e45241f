// SPDX-License-Identifier: MIT
// Scripted stories of one page between CPU and device, each beside its healthy twin; then random
// use against an oracle that compares serial numbers of writes.
#include "models/memory/cache.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

constexpr ByteRange header{0, 64};
constexpr ByteRange frame1500{0, 1500};  // lines 0..22 whole, 23 in part
constexpr ByteRange whole_page{0, page_bytes};

struct Story {
  LineCache cache;
  std::vector<FrameLines> page{1};
  Story() : cache(CacheParams{}) {}
  explicit Story(const CacheParams& params, std::size_t pages = 1) : cache(params), page(pages) {}

  CacheHarm cpu_write(ByteRange r, Ps now, Ps stay = ps_never) {
    return cache.cpu_write(page, r, now, stay).harm;
  }
  CacheHarm cpu_read(ByteRange r, Ps now) { return cache.cpu_read(page, r, now).harm; }
  CacheHarm device_write(ByteRange r, Ps now) { return cache.device_write(page, r, now).harm; }
  CacheHarm device_read(ByteRange r, Ps now) { return cache.device_read(page, r, now).harm; }
  CacheHarm for_device(ByteRange r, Ps now) { return cache.sync_for_device(page, r, now).harm; }
  CacheHarm for_cpu(ByteRange r, Ps now) { return cache.sync_for_cpu(page, r, now).harm; }
  CacheHarm settle(Ps now) { return cache.settle(page, now).harm; }
};

TEST(CacheStory, HealthyReceiveTwiceOver) {
  Story s;
  for (Ps t = 0; t < 1000; t += 500) {
    EXPECT_FALSE(s.cpu_write(header, t + 10, 300).any());  // the stack wrote the old header
    EXPECT_FALSE(s.for_device(whole_page, t + 100).any());
    EXPECT_FALSE(s.device_write(frame1500, t + 200).any());
    EXPECT_FALSE(s.for_cpu(frame1500, t + 250).any());
    EXPECT_FALSE(s.cpu_read(frame1500, t + 260).any());
  }
  EXPECT_FALSE(s.settle(ps_per_s).any());
}

TEST(CacheStory, WithoutSyncForDeviceAnEvictionDestroysTheFrame) {
  // Dirty line 0 leaves at 300; the device writes at `written`; the CPU invalidates at `synced`.
  struct Case {
    Ps written, synced;
    bool lost;
    const char* why;
  };
  for (const Case& c : {Case{200, 400, true, "written back over the device's bytes"},
                        Case{350, 400, false, "written back before the device wrote"},
                        Case{300, 400, false, "a write-back of the same date comes first"},
                        Case{200, 250, false, "invalidated before it was written back"}}) {
    Story s;
    s.cpu_write(header, 10, 290);
    EXPECT_FALSE(s.device_write(frame1500, c.written).any()) << c.why;
    const CacheHarm harm = s.for_cpu(frame1500, c.synced);
    EXPECT_EQ(harm.lost_device.count, c.lost ? 1u : 0u) << c.why;
    EXPECT_EQ(harm.lost_device.lines, c.lost ? 1u : 0u) << c.why;
    EXPECT_EQ(harm.lost_device_at, c.lost ? 300 : ps_never) << c.why;
    EXPECT_EQ(harm.lost_cpu.count, 0u) << c.why;
    EXPECT_FALSE(s.settle(ps_per_s).any()) << c.why;
  }
}

TEST(CacheStory, AnEvictionNobodyLookedAtIsFoundAtTheEnd) {
  Story s;
  s.cpu_write(header, 10, 290);
  s.device_write(frame1500, 200);
  EXPECT_FALSE(s.settle(299).any());
  EXPECT_EQ(s.settle(300).lost_device.count, 1u);
  EXPECT_FALSE(s.settle(301).any()) << "reported once";
}

TEST(CacheStory, TheFirstOfSeveralWriteBacksIsTheDateReported) {
  Story s;
  s.cpu_write({0, 64}, 0, 500);
  s.cpu_write({64, 64}, 0, 100);
  s.cpu_write({128, 64}, 0, 300);
  s.device_write(frame1500, 50);
  const CacheHarm harm = s.settle(1000);
  EXPECT_EQ(harm.lost_device_at, 100);
  EXPECT_EQ(harm.lost_device.lines, 0b111u);
}

TEST(CacheStory, SyncForDeviceAfterPublicationDestroysTheNextFrame) {
  // The order of the seed thread: the page is in the ring, taken and filled again before the clean.
  Story s;
  s.cpu_write({0, 128}, 10);
  s.device_write(frame1500, 200);
  const CacheHarm harm = s.for_device(whole_page, 210);
  EXPECT_EQ(harm.lost_device.lines, 0b11u);
  EXPECT_EQ(harm.lost_device_at, 210);
  Story healthy;
  healthy.cpu_write({0, 128}, 10);
  EXPECT_FALSE(healthy.for_device(whole_page, 190).any());
  EXPECT_FALSE(healthy.device_write(frame1500, 200).any());
  EXPECT_FALSE(healthy.for_device(whole_page, 210).any()) << "clean lines: nothing to write back";
}

TEST(CacheStory, WithoutSyncForCpuALineReadBeforeIsStale) {
  for (bool synced : {false, true}) {
    Story s;
    s.cpu_read({0, 256}, 10);
    s.device_write(frame1500, 200);
    if (synced) s.for_cpu(frame1500, 250);
    const CacheHarm harm = s.cpu_read(frame1500, 260);
    EXPECT_EQ(harm.stale_cpu_read.lines, synced ? 0u : 0b1111u);
    EXPECT_EQ(harm.stale_cpu_read.count, synced ? 0u : 4u);
  }
}

TEST(CacheStory, WithoutSyncForCpuALineNotInTheCacheIsFresh) {
  Story s;
  s.cache.cpu_read(s.page, header, 10, 100);  // leaves, clean, at 110
  s.device_write(frame1500, 200);
  EXPECT_FALSE(s.cpu_read(frame1500, 260).any());
}

TEST(CacheStory, SyncForCpuDropsWhatTheCpuWroteAndDidNotClean) {
  for (bool cleaned : {false, true}) {
    Story s;
    s.for_cpu(frame1500, 100);
    s.cpu_write({64, 64}, 110);
    if (cleaned) s.for_device(frame1500, 115);
    const CacheHarm harm = s.for_cpu(frame1500, 120);
    EXPECT_EQ(harm.lost_cpu.lines, cleaned ? 0u : 0b10u);
    EXPECT_EQ(harm.lost_device.count, 0u);
  }
}

TEST(CacheStory, DroppingADirtyLineTheDeviceReplacedIsNoLoss) {
  Story s;
  s.cpu_write(header, 10);
  s.device_write({0, 64}, 20);
  EXPECT_FALSE(s.for_cpu({0, 64}, 30).any());
  s.cpu_write(header, 110);
  s.device_write({0, 32}, 120);  // the other half of the line is still the CPU's
  EXPECT_EQ(s.for_cpu({0, 64}, 130).lost_cpu.lines, 1u);
}

TEST(CacheStory, ALineSharedWithTheNeighbourLosesTheDevicesBytes) {
  // The buffer ends in the middle of line 2; the neighbour's bytes behind it are dirty.
  Story s;
  s.cpu_write({160, 32}, 10);
  s.device_write({0, 160}, 20);
  const CacheHarm harm = s.for_cpu({0, 160}, 30);
  EXPECT_EQ(harm.lost_device.lines, 0b100u);
  EXPECT_EQ(harm.lost_cpu.count, 0u) << "the edge is cleaned before it is invalidated";
  Story aligned;
  aligned.cpu_write({dma_minalign * 2, 32}, 10);
  aligned.device_write({0, 160}, 20);
  EXPECT_FALSE(aligned.for_cpu({0, dma_minalign * 2}, 30).any());
  EXPECT_FALSE(aligned.settle(ps_per_s).any());
}

TEST(CacheStory, WritingPartOfAStaleLineSpoilsTheRestOfIt) {
  for (std::uint32_t bytes : {32u, 64u}) {
    Story s;
    s.cpu_read(header, 10);
    s.device_write({0, 64}, 20);
    s.cpu_write({0, bytes}, 30);
    const CacheHarm harm = s.for_device(header, 40);
    EXPECT_EQ(harm.lost_device.count, bytes < 64 ? 1u : 0u) << "all 64: overwritten on purpose";
  }
}

TEST(CacheStory, TransmitWithoutSyncForDeviceSendsOldBytes) {
  for (bool cleaned : {false, true}) {
    Story s;
    s.cpu_write({0, 128}, 10);
    if (cleaned) s.for_device({0, 128}, 20);
    EXPECT_EQ(s.device_read(frame1500, 30).stale_device_read.lines, cleaned ? 0u : 0b11u);
  }
  Story evicted;
  evicted.cpu_write({0, 128}, 10, 5);
  EXPECT_FALSE(evicted.device_read(frame1500, 30).any());
}

TEST(CacheStory, ALineIsWrittenBackOnlyOnceAndARewriteMovesItsDate) {
  Story s;
  s.cpu_write(header, 0, 100);
  s.cpu_write(header, 50, 100);  // now leaves at 150
  s.device_write(header, 120);
  EXPECT_FALSE(s.settle(149).any());
  EXPECT_EQ(s.settle(150).lost_device_at, 150);
  s.device_write(header, 160);
  EXPECT_FALSE(s.settle(ps_per_s).any());
}

TEST(CacheStory, SpeculationMakesSyncForCpuNecessary) {
  CacheParams params;
  params.speculate_chance = std::uint64_t{1} << 32;
  params.speculate_lines = 2;
  const std::uint64_t half_way = (std::uint64_t{1} << 63) | 0xFFFF'FFFF;  // line 12 of 24
  for (bool synced : {false, true}) {
    Story s(params);
    s.for_device(frame1500, 10);
    s.cache.speculate(s.page, frame1500, 20, half_way);
    s.device_write(frame1500, 30);
    if (synced) s.for_cpu(frame1500, 40);
    EXPECT_EQ(s.cpu_read(frame1500, 50).stale_cpu_read.lines, synced ? 0u : 0b11u << 12);
  }
}

TEST(Cache, SpeculationFollowsItsChanceAndStaysInThePage) {
  CacheParams params;
  params.speculate_chance = std::uint64_t{1} << 30;  // a quarter
  params.speculate_lines = 3;
  int filled = 0;
  LineMask seen = 0;
  std::uint64_t state = 5;
  for (int i = 0; i < 40'000; ++i) {
    Story s(params);
    state = (state + 0x9E3779B97F4A7C15u) * 0xD1342543DE82EF95u;
    s.cache.speculate(s.page, {page_bytes - 640, 640}, 10, state ^ (state >> 32));
    filled += s.page[0].valid != 0 ? 1 : 0;
    seen |= s.page[0].valid;
  }
  EXPECT_NEAR(filled, 10'000, 5 * 87);  // 5 standard deviations
  EXPECT_EQ(seen, ~LineMask{0} << 54) << "each of the ten lines of the range, and no other";
  Story never;
  never.cache.speculate(never.page, whole_page, 10, 0);
  EXPECT_EQ(never.page[0].valid, 0u);
}

TEST(Cache, DeviceWrittenLinesAreThoseSinceTheLastSyncForCpu) {
  Story s;
  s.device_write({0, 256}, 10);
  EXPECT_EQ(s.page[0].device_written, 0b1111u);
  s.for_cpu({64, 64}, 20);
  EXPECT_EQ(s.page[0].device_written, 0b1101u);
  s.cache.forget_contents(s.page, {0, page_bytes});
  EXPECT_EQ(s.page[0].device_written, 0u);
}

TEST(Cache, WhatIsForgottenIsTheRangeAlone) {
  Story s;
  s.device_write({0, 256}, 10);
  s.cache.forget_contents(s.page, {128, 64});
  EXPECT_EQ(s.page[0].device_written, 0b1011u);
}

TEST(Cache, LinesOfTheMachinesOwnSizeAreWhatMaintenanceCosts) {
  CacheParams p;
  const auto lines = [&p](std::uint32_t size, ByteRange range) {
    p.cost_line_bytes = size;
    return (LineCache(p).clean_cost(range) - p.clean_fixed_ps) / p.clean_line_ps;
  };
  EXPECT_EQ(lines(32, {0, 1518}), 48);
  EXPECT_EQ(lines(64, {0, 1518}), 24);
  EXPECT_EQ(lines(128, {0, 1518}), 12);
  EXPECT_EQ(lines(128, {120, 16}), 2) << "across a line's end";
}

TEST(Cache, MaintenanceCostsByTheLine) {
  const CacheParams p;
  Story s;
  EXPECT_EQ(s.cache.sync_for_device(s.page, {0, 3520}, 0).cost,
            p.clean_fixed_ps + 55 * p.clean_line_ps);
  EXPECT_EQ(s.cache.sync_for_cpu(s.page, {60, 8}, 0).cost,
            p.invalidate_fixed_ps + 2 * p.invalidate_line_ps);
  EXPECT_EQ(s.cache.clean_cost({0, 1}), p.clean_fixed_ps + p.clean_line_ps);
  EXPECT_EQ(s.cache.sync_for_device(s.page, {64, 0}, 0).cost, 0);
  EXPECT_EQ(s.cache.cpu_write(s.page, whole_page, 0, 1).cost, 0);
}

TEST(Cache, CoherentCostsAndHarmsNothing) {
  CacheParams p;
  p.coherent = true;
  p.speculate_chance = std::uint64_t{1} << 32;
  Story s(p);
  s.cpu_write(header, 10, 100);
  s.cpu_read(frame1500, 20);
  s.cache.speculate(s.page, whole_page, 25, 0);
  EXPECT_FALSE(s.device_write(frame1500, 30).any());
  EXPECT_FALSE(s.device_read(frame1500, 35).any());
  EXPECT_FALSE(s.cpu_read(frame1500, 40).any());
  EXPECT_EQ(s.cache.sync_for_device(s.page, frame1500, 50).cost, 0);
  EXPECT_EQ(s.cache.sync_for_cpu(s.page, frame1500, 60).cost, 0);
  EXPECT_FALSE(s.settle(ps_per_s).any());
}

TEST(Cache, CompoundPagesCountAllAndNameTheFirst) {
  Story s(CacheParams{}, 4);
  s.cpu_write({4096 + 4032, 128}, 10, 90);  // last line of page 1, first of page 2
  s.device_write({0, 4 * page_bytes}, 20);
  const CacheHarm harm = s.settle(200);
  EXPECT_EQ(harm.lost_device.count, 2u);
  EXPECT_EQ(harm.lost_device.page, 1u);
  EXPECT_EQ(harm.lost_device.lines, LineMask{1} << 63);
  EXPECT_THROW(s.cpu_read({4 * page_bytes - 1, 2}, 300), InternalError);
  EXPECT_THROW(s.cpu_read({64, ~0u}, 300), InternalError);
}

TEST(Cache, ForgottenContentsCannotBeLostButDirtyLinesStillHit) {
  Story s;
  s.cpu_write(header, 10, 990);
  s.device_write({0, 128}, 20);
  s.cache.forget_contents(s.page, {0, page_bytes});
  EXPECT_FALSE(s.for_cpu({64, 64}, 30).any());
  s.device_write({0, 64}, 100);  // the next user's frame
  EXPECT_EQ(s.settle(1000).lost_device.count, 1u);
}

TEST(Cache, MoreDatesThanPlacesMergeIntoTheEarlier) {
  Story s;
  for (std::uint32_t i = 0; i < 6; ++i) s.cpu_write({i * 64, 64}, 0, 1000 * (i + 1));
  s.cpu_write({6 * 64, 64}, 0, 3010);
  s.cpu_write({7 * 64, 64}, 0, 9000);  // an eighth: 3000 and 3010 become one
  s.device_write(whole_page, 1);
  EXPECT_EQ(s.settle(2999).lost_device.lines, 0b11u);
  EXPECT_EQ(s.settle(3000).lost_device.lines, 0b1000100u);
  EXPECT_EQ(s.settle(10'000).lost_device.lines, 0b10111000u);
}

// One line as serial numbers of whole-line writes: whoever holds the larger one is newer.
struct OracleLine {
  std::uint64_t memory = 0, cached = 0;
  bool valid = false, dirty = false;
  Ps leaves_at = ps_never;
};

struct OracleCounts {
  std::uint32_t lost_device = 0, lost_cpu = 0, stale_cpu = 0, stale_device = 0;
  bool operator==(const OracleCounts&) const = default;
};

struct Oracle {
  std::array<OracleLine, lines_per_page> lines;
  std::uint64_t serial = 0;
  OracleCounts seen;

  void write_back(OracleLine& line) {
    if (!line.dirty) return;
    seen.lost_device += line.memory > line.cached ? 1 : 0;
    line.memory = line.cached;
    line.dirty = false;
  }
  void step(int what, std::uint32_t first, std::uint32_t count, Ps now, Ps leaves_at) {
    ++serial;
    for (OracleLine& line : lines) {
      if (!line.valid || line.leaves_at > now) continue;
      write_back(line);
      line = {line.memory, 0, false, false, ps_never};
    }
    for (std::uint32_t i = first; i < first + count; ++i) act(what, lines[i], leaves_at);
  }
  void act(int what, OracleLine& line, Ps leaves_at) {
    switch (what) {
      case 0:
        line = {line.memory, serial, true, true, leaves_at};
        break;
      case 1:
        if (line.valid)
          seen.stale_cpu += line.memory > line.cached ? 1 : 0;
        else
          line = {line.memory, line.memory, true, false, leaves_at};
        break;
      case 2:
        line.memory = serial;
        break;
      case 3:
        seen.stale_device += line.dirty && line.cached > line.memory ? 1 : 0;
        break;
      case 4:
        write_back(line);
        break;
      default:
        seen.lost_cpu += line.dirty && line.cached > line.memory ? 1 : 0;
        line = {line.memory, 0, false, false, ps_never};
    }
  }
};

TEST(Cache, AgreesWithTheSerialNumberOracle) {
  Story s;
  Oracle oracle;
  OracleCounts seen;
  std::uint64_t state = 77;
  const auto draw = [&](std::uint64_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::uint32_t>((state >> 33) % below);
  };
  for (Ps now = 0; now < 200'000; now += 1 + draw(3)) {
    const int what = static_cast<int>(draw(6));
    const std::uint32_t first = draw(lines_per_page);
    const std::uint32_t count = 1 + draw(std::min(8u, lines_per_page - first));
    const Ps leaves_at = (now / 50 + 1 + draw(4)) * 50;  // at most 5 dates ahead: none merge
    oracle.step(what, first, count, now, leaves_at);
    CacheHarm harm = s.settle(now);
    seen.lost_device += harm.lost_device.count;
    const ByteRange r{first * line_bytes, count * line_bytes};
    switch (what) {
      case 0:
        harm = s.cpu_write(r, now, leaves_at - now);
        break;
      case 1:
        harm = s.cache.cpu_read(s.page, r, now, leaves_at - now).harm;
        break;
      case 2:
        harm = s.device_write(r, now);
        break;
      case 3:
        harm = s.device_read(r, now);
        break;
      case 4:
        harm = s.for_device(r, now);
        break;
      default:
        harm = s.for_cpu(r, now);
    }
    seen.lost_device += harm.lost_device.count;
    seen.lost_cpu += harm.lost_cpu.count;
    seen.stale_cpu += harm.stale_cpu_read.count;
    seen.stale_device += harm.stale_device_read.count;
    ASSERT_TRUE(seen == oracle.seen) << "at " << now;
  }
  EXPECT_GT(seen.lost_device, 1'000u);
  EXPECT_GT(seen.lost_cpu, 1'000u);
  EXPECT_GT(seen.stale_cpu, 1'000u);
  EXPECT_GT(seen.stale_device, 1'000u);
}

}  // namespace
}  // namespace poolrace::models
