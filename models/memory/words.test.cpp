// SPDX-License-Identifier: MIT
// What an access costs by where the cache line is, that transfers of one line queue, that effects
// come at the end of the cost, and that freed structs are noticed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

struct WordsBench {
  static BenchSetup setup(const std::function<void(Parameters& p)>& change) {
    BenchSetup s;
    s.p.cores_per_socket = 2;  // CPUs 0 and 1 here, 2 and 3 over there
    s.p.line_transfer_cross = 135_ns;
    change(s.p);
    return s;
  }
  explicit WordsBench(const std::function<void(Parameters& p)>& change = [](Parameters&) {})
      : b(setup(change)) {}
  TestBench b;
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
  auto read = [&] { w.word.read("test: read", Ordering::once); };
  auto write = [&] { w.word.write("test: write", 1, Ordering::once); };
  auto add = [&] { w.word.add_return("test: add", 1, Ordering::full); };
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
      word.add_return("test: contended add", 1, Ordering::full);
      done.push_back(b.world->now() - 2_ms);
    });
  b.run(10_ms);
  ASSERT_EQ(done.size(), 4u);
  EXPECT_EQ(done[0], b.p.line_miss + b.p.atomic);
  const Ps data = b.p.line_transfer * b.p.line_handover_percent / 100;
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(done[i] - done[i - 1], data + b.p.atomic);
  EXPECT_EQ(word.peek(), 4);
}

// What an increment takes when so many CPUs do nothing else, once they have found their turns.
Ps contended_add(const Parameters& p, CpuId cpus) {
  BenchSetup setup;
  setup.p = p;
  setup.p.cpus = std::max<std::int64_t>(p.cpus, cpus);
  TestBench b(setup);
  Line line(b.memory);
  Word<int> word(line, 0);
  int before = 0, after = 0;
  for (CpuId cpu = 0; cpu < cpus; ++cpu)
    b.task(cpu, [&] {
      b.cpus.preempt_disable();
      for (;;) word.add_return("test: contended add", 1, Ordering::full);
    });
  b.at(1_ms, [&] { before = word.peek(); });
  b.at(2_ms, [&] { after = word.peek(); });
  b.run(2_ms + 1);
  return static_cast<Ps>(cpus) * 1_ms / (after - before);
}

// The queue's law: who waits pays the data leg and the operation for each before him, not a transfer.
TEST(Words, AContendedIncrementTakesOneHandoverForEachThatWants) {
  for (const std::int64_t percent : {25, 50, 100}) {
    Parameters p = parameter_table().defaults().values;
    p.line_handover_percent = percent;
    const Ps slope = p.line_transfer * percent / 100 + p.atomic;
    Ps last = contended_add(p, 8);
    EXPECT_NEAR(static_cast<double>(last), static_cast<double>(8 * slope),
                0.24 * static_cast<double>(slope));
    for (const CpuId cpus : {12u, 16u}) {
      const Ps now = contended_add(p, cpus);
      EXPECT_NEAR(static_cast<double>(now - last), static_cast<double>(4 * slope),
                  0.4 * static_cast<double>(slope))
          << percent << " %, " << cpus << " CPUs";
      last = now;
    }
  }
}

// Beside the published row of a Xeon 8176 (hardware notes, 4), which nothing here was fitted to.
TEST(Words, ContendedIncrementsOfAServer) {
  Parameters p = parameter_table().defaults().values;
  p.cores_per_socket = 16;
  p.local_access = 350;
  p.issue_window = 18'700;
  p.load_latency = 1'300;
  p.line_transfer = 48_ns;
  p.atomic = 7_ns;
  for (const CpuId cpus : {1u, 2u, 4u, 8u}) {
    const Ps each = contended_add(p, cpus);
    std::printf("contended increment, %u CPUs: %.1f ns\n", cpus,
                static_cast<double>(each) / ps_per_ns);
    EXPECT_GE(each, p.atomic);
    if (cpus < 4) continue;  // of fewer, the request is not always there in time
    const Ps law = static_cast<Ps>(cpus) * (p.line_transfer / 2 + p.atomic);
    EXPECT_NEAR(static_cast<double>(each), static_cast<double>(law),
                0.05 * static_cast<double>(law));
  }
}

TEST(Words, DistancesAreClusterSocketGroupAndBeyondAndTheNearestAnswers) {
  WordsBench w([](Parameters& p) {
    p.cpus = 16;
    p.cores_per_cluster = 2;
    p.line_transfer_cluster = 20_ns;
    p.cores_per_socket = 4;
    p.sockets_per_group = 2;
    p.line_transfer_far = 210_ns;
  });
  const Parameters& p = w.b.p;
  auto read = [&] { w.word.read("test: read", Ordering::once); };
  auto write = [&] { w.word.write("test: write", 1, Ordering::once); };
  w.expect(0, "nobody has it", p.line_miss, write);
  w.expect(8, "two hops", p.line_transfer_far, read);
  w.expect(12, "of 0 and 8 the nearer", p.line_transfer_cross, read);
  w.expect(13, "its cluster", p.line_transfer_cluster, read);
  w.expect(14, "its socket", p.line_transfer, read);
  w.expect(1, "0 still has one", p.line_transfer_cluster, read);
  w.expect(15, "all copies go, the farthest too", p.line_transfer_far, write);
  w.expect(0, "two hops again", p.line_transfer_far, read);
  w.b.run(10_ms);
}

TEST(Words, LinesOfMachinesWithManyCpus) {
  for (const CpuId cpus : {65u, 128u, 256u}) {
    WordsBench w([cpus](Parameters& p) {
      p.cpus = cpus;
      p.cores_per_socket = 256;
    });
    const Parameters& p = w.b.p;
    auto read = [&] { w.word.read("test: read", Ordering::once); };
    auto write = [&] { w.word.write("test: write", 1, Ordering::once); };
    const CpuId last = cpus - 1;
    w.expect(last, "nobody has it", p.line_miss, write);
    w.expect(last, "its own", p.local_access, read);
    w.expect(last % 64, "not its own: 64 CPUs further on is another", p.line_transfer, read);
    w.expect(last, "both have it", p.local_access, read);
    w.expect(0, "to everybody's harm", p.line_transfer, write);
    w.expect(last, "gone", p.line_transfer, read);
    w.b.run(10_ms);
  }
}

TEST(Words, TheEffectComesAtTheEndOfTheCost) {
  TestBench b;
  Line line(b.memory);
  Word<int> word(line, 0);
  b.at(100_us + b.p.line_miss - 1, [&] { EXPECT_EQ(word.peek(), 0); });
  b.at(100_us + b.p.line_miss + 1, [&] { EXPECT_EQ(word.peek(), 7); });
  EXPECT_TRUE(b.run_task([&] {
    b.cpus.compute(100_us - b.world->now());
    word.write("test: write", 7, Ordering::once);
    b.cpus.compute(1_us);
  }));
}

TEST(Words, CompareAndExchangeSaysWhatItFound) {
  TestBench b;
  Line line(b.memory);
  Word<int> word(line, 5);
  EXPECT_TRUE(b.run_task([&] {
    EXPECT_EQ(word.cmpxchg("test: cmpxchg", 4, 9, Ordering::full), 5);
    EXPECT_EQ(word.peek(), 5);
    EXPECT_EQ(word.cmpxchg("test: cmpxchg", 5, 9, Ordering::full), 5);
    EXPECT_EQ(word.peek(), 9);
    EXPECT_EQ(word.add_return("test: add", -2, Ordering::full), 7);
  }));
}

TEST(Words, EveryAccessToAFreedStructIsNoticedAndNoneBefore) {
  TestBench b;
  Region region(b.memory, Region::pool);
  Line line(b.memory, region);
  Word<int> word(line, 0);
  EXPECT_TRUE(b.run_task([&] {
    word.read("test: before", Ordering::once);
    b.memory.kfree(region);
    word.read("test: read after", Ordering::once);
    word.write("test: write after", 1, Ordering::once);
  }));
  EXPECT_EQ(b.freed_uses, (std::vector<std::string>{"test: read after", "test: write after"}));
}

}  // namespace
}  // namespace poolrace::models
