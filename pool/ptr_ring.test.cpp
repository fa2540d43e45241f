// SPDX-License-Identifier: MIT
// The recycle ring (page_pool.md §1.6): a slot that is not null is the only "full", consumed slots
// are cleared a batch at a time and backwards, so that up to batch-1 of the size cannot be used;
// the batch becomes 1 when it is over half the size.
#include "pool/ptr_ring.hpp"

#include <gtest/gtest.h>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

struct RingBench {
  explicit RingBench(std::uint32_t size, std::uint32_t batch = 16)
      : region(b.platform, SimPlatform::Region::other), ring(b.platform, region, size, batch) {}
  TestBench b;
  SimPlatform::Region region;
  pool::PtrRing<SimPlatform> ring;
  std::uint32_t next = 0;  // pages by frame id, so that order can be told

  Page page(std::uint32_t id) { return Page(b.pages, b.pages.frame(id)); }
  bool produce() {
    if (!ring.produce(page(next))) return false;
    ++next;
    return true;
  }
  std::uint32_t produce_all() {
    std::uint32_t n = 0;
    while (produce()) ++n;
    return n;
  }
};

TEST(PtrRing, FirstInFirstOutAcrossTheWrap) {
  RingBench r(32);
  EXPECT_TRUE(r.b.run_task([&] {
    std::uint32_t expected = 0;
    for (int round = 0; round < 20; ++round) {
      for (int i = 0; i < 13; ++i) ASSERT_TRUE(r.produce());
      for (int i = 0; i < 13; ++i) {
        EXPECT_FALSE(r.ring.empty());
        Page page = r.ring.consume();
        ASSERT_TRUE(page);
        EXPECT_EQ(page.frame().id, expected++);
      }
      EXPECT_TRUE(r.ring.empty());
      EXPECT_FALSE(r.ring.consume());
    }
  }));
}

TEST(PtrRing, FullIsASlotThatIsNotNull) {
  RingBench r(32);
  EXPECT_TRUE(r.b.run_task([&] {
    EXPECT_EQ(r.produce_all(), 32u);
    for (int i = 0; i < 15; ++i) EXPECT_TRUE(r.ring.consume());
    EXPECT_FALSE(r.produce()) << "15 consumed, none cleared: it still looks full";
    EXPECT_EQ(r.b.passed("ring: clear consumed slot"), 0u);
    EXPECT_TRUE(r.ring.consume());  // the 16th: the batch is cleared
    EXPECT_EQ(r.b.passed("ring: clear consumed slot"), 16u);
    EXPECT_EQ(r.produce_all(), 16u);
  }));
}

// Effective capacity is size - (0 .. 15), by how many were consumed since the last clearing.
TEST(PtrRing, EffectiveCapacityIsSizeLessTheUncleared) {
  for (std::uint32_t consumed = 0; consumed < 64; ++consumed) {
    RingBench r(64);
    EXPECT_TRUE(r.b.run_task([&] {
      EXPECT_EQ(r.produce_all(), 64u);
      for (std::uint32_t i = 0; i < consumed; ++i) EXPECT_TRUE(r.ring.consume());
      EXPECT_EQ(r.produce_all(), consumed / 16 * 16);
    }));
  }
}

TEST(PtrRing, TheEndOfTheArrayEndsABatch) {
  RingBench r(40);  // 16 + 16 + 8
  EXPECT_TRUE(r.b.run_task([&] {
    EXPECT_EQ(r.produce_all(), 40u);
    for (int i = 0; i < 39; ++i) EXPECT_TRUE(r.ring.consume());
    EXPECT_EQ(r.b.passed("ring: clear consumed slot"), 32u);
    EXPECT_TRUE(r.ring.consume());
    EXPECT_EQ(r.b.passed("ring: clear consumed slot"), 40u);
    EXPECT_EQ(r.produce_all(), 40u);
  }));
}

// The producer waits at the oldest slot of the batch, and that one is given free last: in the
// middle of the clearing the ring is still full.
TEST(PtrRing, ClearingRunsBackwards) {
  RingBench r(32);
  int tries = 0;
  r.b.task(1, [&] {  // a producer that tries all the time
    r.b.sleep(100 * ps_per_us);
    while (!r.ring.produce(r.page(500))) ++tries;
    r.b.world->stop();
  });
  r.b.task(0, [&] {
    EXPECT_EQ(r.produce_all(), 32u);
    r.b.cpus.sleep_until(200 * ps_per_us);
    for (int i = 0; i < 16; ++i) r.ring.consume();
  });
  r.b.run(10 * ps_per_ms);
  EXPECT_GT(tries, 1000);
  std::size_t cleared = 0;
  for (const auto& site : r.b.sites()) cleared += site == "ring: clear consumed slot";
  EXPECT_EQ(r.b.sites().back(), "ring: publish page");
  EXPECT_EQ(cleared, 16u) << "room was seen only once the whole batch was cleared";
}

TEST(PtrRing, ABatchOverHalfTheSizeIsOne) {
  for (const std::uint32_t size : {1u, 2u, 16u, 31u, 32u, 33u}) {
    RingBench r(size);
    EXPECT_TRUE(r.b.run_task([&] {
      EXPECT_EQ(r.produce_all(), size);
      EXPECT_TRUE(r.ring.consume());
      EXPECT_EQ(r.produce_all(), size >= 32 ? 0u : 1u) << "size " << size;
    }));
  }
}

TEST(PtrRing, TheDestroyPathConsumesUnderTheLockWithBottomHalvesOff) {
  RingBench r(32);
  EXPECT_TRUE(r.b.run_task([&] {
    r.produce();
    const auto from = r.b.trace.count();
    EXPECT_TRUE(r.ring.consume_bh());
    const auto sites = r.b.sites(from);
    EXPECT_EQ(sites.front(), "ring: lock consumer");
    EXPECT_EQ(sites.back(), "ring: unlock consumer");
    EXPECT_FALSE(r.ring.consume_bh());
  }));
}

}  // namespace
}  // namespace poolrace::models
