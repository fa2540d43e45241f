// SPDX-License-Identifier: MIT
// The four limits of a stream of DMAs, each against its closed form, and one 64-B read alone.
#include "models/nic/dma_engine.hpp"

#include <gtest/gtest.h>

namespace poolrace::models {
namespace {

const Link& gen3_x8() {
  static const Link link{LinkParams{}};
  return link;
}

DmaEngineParams params(Ps issue, std::uint32_t tags) {
  return {issue, tags, 550 * ps_per_ns};
}

double gbps(std::uint64_t bytes, Ps took) {
  return static_cast<double>(bytes) * 8000 / static_cast<double>(took);
}

double read_gbps(DmaEngine& engine, std::uint64_t bytes, int reads = 20'000) {
  Ps done_at = 0;
  for (int i = 0; i < reads; ++i) done_at = engine.read(0, bytes);
  return gbps(bytes * static_cast<std::uint64_t>(reads), done_at);
}

TEST(DmaEngine, OneReadOf64BytesTakesItsLatency) {
  DmaEngine engine(gen3_x8(), params(15'000, 64));
  EXPECT_EQ(engine.read(1000, 64), 1000 + 550 * ps_per_ns);
}

TEST(DmaEngine, LargeReadsFillTheLinkAndNoMore) {
  for (const std::uint64_t n : {512u, 1024u, 2048u}) {
    DmaEngine engine(gen3_x8(), params(0, 64));
    EXPECT_NEAR(read_gbps(engine, n), gen3_x8().read_gbps(n), 0.01 * gen3_x8().read_gbps(n)) << n;
  }
}

TEST(DmaEngine, SmallDmasRunAtTheRateOfIssue) {
  DmaEngine reads(gen3_x8(), params(16'000, 64));
  EXPECT_NEAR(read_gbps(reads, 64), 64 * 8 / 16.0, 0.3);
  DmaEngine writes(gen3_x8(), params(21'000, 64));
  Ps sent = 0;
  for (int i = 0; i < 10'000; ++i) sent = writes.write(0, 16);
  EXPECT_NEAR(gbps(160'000, sent), 16 * 8 / 21.0, 0.05);
}

TEST(DmaEngine, LongReadsAreBoundByTagsOverLatency) {
  for (const std::uint32_t tags : {1u, 4u, 16u}) {
    DmaEngine engine(gen3_x8(), params(0, tags));
    const double bound = tags * 64 * 8 / 550.0;
    EXPECT_NEAR(read_gbps(engine, 64), bound, 0.02 * bound) << tags;
  }
}

TEST(DmaEngine, ReadsWaitForTranslationsSideBySideWritesOneAfterTheOther) {
  constexpr Ps walk = 270 * ps_per_ns;
  DmaEngine engine(gen3_x8(), params(0, 64));
  Ps done_at = 0;
  for (int i = 0; i < 60; ++i) done_at = engine.read(0, 64, [](Ps at) { return at + walk; });
  EXPECT_LT(done_at, 2 * (550 * ps_per_ns + walk));
  Ps landed = 0;
  for (int i = 0; i < 60; ++i) {
    landed = engine.write(0, 64) + walk;
    engine.hold_writes(landed);
  }
  EXPECT_GT(landed, 60 * walk);
}

}  // namespace
}  // namespace poolrace::models
