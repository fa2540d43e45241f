// SPDX-License-Identifier: MIT
#include "models/memory/llc.hpp"

#include <gtest/gtest.h>

namespace poolrace::models {
namespace {

constexpr Ps hit = 22'000, miss = 90'000, line_time = 500;
constexpr ByteRange frame_1518{0, 1518};  // 24 lines

Llc llc(std::uint32_t ddio_lines) {
  return Llc({ddio_lines, hit, miss, line_time});
}

TEST(Llc, WhatTheDeviceWroteIsAHitOnceAndInTheCoreThen) {
  Llc cache = llc(1000);
  cache.device_write(7, frame_1518, 0);
  EXPECT_EQ(cache.touch(7, {0, 64}, 0), hit);
  EXPECT_EQ(cache.touch(7, {0, 64}, 0), 0);
  EXPECT_EQ(cache.touch(7, frame_1518, 0), hit) << "the lines behind";
  cache.device_write(7, {0, 64}, 0);
  EXPECT_EQ(cache.touch(7, {0, 64}, 0), hit) << "written anew";
  EXPECT_EQ(cache.lines_moved(), 0u);
}

// A law: frames that wait in a ring are hits as long as they fit, and misses, all of them, beyond.
TEST(Llc, ARingThatFitsHitsALargerOneMisses) {
  for (const auto& [ring, hits] : {std::pair{40u, true}, {41u, true}, {42u, false}, {80u, false}}) {
    Llc cache = llc(41 * 24);
    for (int round = 0; round < 3; ++round) {
      for (FrameId f = 0; f < ring; ++f) cache.device_write(f, frame_1518, 0);
      for (FrameId f = 0; f < ring - 41 * !hits; ++f) cache.touch(f, frame_1518, 0);
    }
    EXPECT_EQ(cache.misses() > 0, !hits) << ring;
    EXPECT_EQ(cache.hits() > 0, hits) << ring;
  }
}

TEST(Llc, AMissWaitsBehindWhatIsOnTheMemoryChannels) {
  Llc cache = llc(24);
  cache.device_write(1, frame_1518, 1000);
  cache.device_write(2, frame_1518, 1000);  // 24 lines of frame 1 go to memory: 12 ns
  EXPECT_EQ(cache.lines_moved(), 24u);
  EXPECT_EQ(cache.touch(1, frame_1518, 1000), 24 * line_time + miss);
  EXPECT_EQ(cache.touch(2, frame_1518, 1000), hit);
  EXPECT_EQ(cache.touch(3, {0, 64}, 100'000), miss) << "the channels are free again";
}

TEST(Llc, ADeviceThatDoesNotSnoopWritesToMemory) {
  Llc cache = llc(0);
  cache.device_write(7, frame_1518, 0);
  EXPECT_EQ(cache.touch(7, {0, 64}, 24 * line_time), miss);
  EXPECT_EQ(cache.hits(), 0u);
}

TEST(Llc, AWriteOfPartsOfAPageCountsEachLineOnce) {
  Llc cache = llc(4);
  cache.device_write(1, {0, 128}, 0);
  cache.device_write(1, {64, 128}, 0);
  cache.device_write(2, {0, 64}, 0);  // three and one: they fit
  EXPECT_EQ(cache.lines_moved(), 0u);
  cache.device_write(2, {64, 1}, 0);
  EXPECT_EQ(cache.lines_moved(), 3u) << "the older buffer goes as a whole";
}

}  // namespace
}  // namespace poolrace::models
