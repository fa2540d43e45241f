// SPDX-License-Identifier: MIT
// What an access costs by where the cache line is, that transfers of one line queue, that effects
// come at the end of the cost, and that freed structs are noticed.
#include <gtest/gtest.h>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

struct WordsBench {
  static BenchSetup setup() {
    BenchSetup s;
    s.p.cores_per_socket = 2;  // CPUs 0 and 1 here, 2 and 3 over there
    s.p.line_transfer_cross = 135_ns;
    return s;
  }
  TestBench b{setup()};
  Line line{b.memory};
  Word<int> word{line, 0};
  Ps date = 10_us;

  // Runs `access` on that CPU, after everything before it, and expects it to cost so much.
  void expect(CpuId cpu, const char* what, Ps cost, std::function<void()> access) {
    const Ps at = date += 50_us;
    b.task(cpu, [this, at, what, cost, access = std::move(access)] {
      b.cpus.sleep_until(at);
      const Ps began = b.world->now();
      access();
      EXPECT_EQ(b.world->now() - began, cost) << what;
    });
  }
};

TEST(Words, AnAccessCostsWhatItsLineCostsFromHere) {
  WordsBench w;
  const Parameters& p = w.b.p;
  auto read = [&] { w.word.read("test: read"); };
  auto write = [&] { w.word.write("test: write", 1); };
  auto add = [&] { w.word.add_return("test: add", 1); };
  w.expect(0, "first read: nobody has it", p.line_miss, read);
  w.expect(0, "read again: a hit", p.local_access, read);
  w.expect(0, "write of a line only we share: silent upgrade", p.local_access, write);
  w.expect(0, "atomic on our own line", p.local_access + p.atomic, add);
  w.expect(1, "read from the neighbour", p.line_transfer, read);
  w.expect(0, "read by the writer: still shared", p.local_access, read);
  w.expect(0, "write: the neighbour's copy goes", p.line_transfer, write);
  w.expect(2, "read from the other socket", p.line_transfer_cross, read);
  w.expect(3, "atomic from there", p.line_transfer_cross + p.atomic, add);
  w.expect(2, "read from its neighbour", p.line_transfer, read);
  w.b.run(10_ms);
}

TEST(Words, TransfersOfOneLineQueue) {
  TestBench b;
  Line line(b.memory);
  Word<int> word(line, 0);
  std::vector<Ps> done;
  for (CpuId cpu = 0; cpu < 4; ++cpu)
    b.task(cpu, [&] {
      b.cpus.sleep_until(1_ms);
      b.cpus.compute(2_ms - b.world->now());
      word.add_return("test: contended add", 1);
      done.push_back(b.world->now() - 2_ms);
    });
  b.run(10_ms);
  ASSERT_EQ(done.size(), 4u);
  EXPECT_EQ(done[0], b.p.line_miss + b.p.atomic);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(done[i] - done[i - 1], b.p.line_transfer);
  EXPECT_EQ(word.peek(), 4);
}

TEST(Words, TheEffectComesAtTheEndOfTheCost) {
  TestBench b;
  Line line(b.memory);
  Word<int> word(line, 0);
  b.at(100_us + b.p.line_miss - 1, [&] { EXPECT_EQ(word.peek(), 0); });
  b.at(100_us + b.p.line_miss + 1, [&] { EXPECT_EQ(word.peek(), 7); });
  EXPECT_TRUE(b.run_task([&] {
    b.cpus.compute(100_us - b.world->now());
    word.write("test: write", 7);
    b.cpus.compute(1_us);
  }));
}

TEST(Words, CompareAndExchangeSaysWhatItFound) {
  TestBench b;
  Line line(b.memory);
  Word<int> word(line, 5);
  EXPECT_TRUE(b.run_task([&] {
    EXPECT_EQ(word.cmpxchg("test: cmpxchg", 4, 9), 5);
    EXPECT_EQ(word.peek(), 5);
    EXPECT_EQ(word.cmpxchg("test: cmpxchg", 5, 9), 5);
    EXPECT_EQ(word.peek(), 9);
    EXPECT_EQ(word.add_return("test: add", -2), 7);
  }));
}

TEST(Words, EveryAccessToAFreedStructIsNoticedAndNoneBefore) {
  TestBench b;
  Region region(b.memory, Region::pool);
  Line line(b.memory, region);
  Word<int> word(line, 0);
  EXPECT_TRUE(b.run_task([&] {
    word.read("test: before");
    b.memory.kfree(region);
    word.read("test: read after");
    word.write("test: write after", 1);
  }));
  EXPECT_EQ(b.freed_uses, (std::vector<std::string>{"test: read after", "test: write after"}));
}

}  // namespace
}  // namespace poolrace::models
