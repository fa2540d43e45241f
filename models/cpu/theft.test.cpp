// SPDX-License-Identifier: MIT
// A stolen CPU stands still, whatever it is doing, and what was meant for it comes at the end of the
// theft, in order; other CPUs and the clock go on.  What RCU makes of it: theft_rcu.test.cpp; how
// often and how long: theft_law.test.cpp.
#include "models/cpu/theft.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "models/cpu/watch.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

// When CPU 1 changes hands, and to what.
struct Hands final : Watcher {
  struct At {
    Ps at;
    CpuMode mode;
  };
  std::vector<At> seen;
  void see(const Seen& it) override {
    if (it.what == Event::cpu && it.who == 1) seen.push_back({it.at, it.mode});
  }
  [[nodiscard]] int between(Ps from, Ps to, CpuMode mode) const {
    int n = 0;
    for (const At& it : seen) n += it.at > from && it.at < to && it.mode == mode;
    return n;
  }
};

constexpr Ps from = 10_ms, length = 21_ms,
             end = from + length;  // five ticks of 250 Hz fall into it

// How long 40 ms of computation last on CPU 1, with a softirq at 11 ms and an interrupt at 12.5 ms.
Ps ended_at(bool theft, Hands& hands, Ps& stolen) {
  TestBench b;
  b.cpus.watch(&hands);
  Ps ended = 0;
  b.task(1, [&] {
    b.cpus.compute(40_ms);
    ended = b.world->now();
    b.world->stop();
  });
  if (theft) b.at(from, [&] { b.cpus[1].steal(length); });
  b.at(from + 1_ms, [&] { b.softirq(1, [] {}); });
  b.at(from + 2500_us, [&] { b.irq(1, [] {}); });
  b.run(1_s);
  stolen = b.cpus[1].stolen();
  return ended;
}

TEST(Theft, NothingRunsAndTicksOfTheTimeBetweenAreOne) {
  Hands hands, undisturbed;
  Ps stolen = 0, none = 0;
  const Ps ended = ended_at(true, hands, stolen), otherwise = ended_at(false, undisturbed, none);
  for (const CpuMode mode : {CpuMode::idle, CpuMode::task, CpuMode::softirq, CpuMode::hardirq})
    EXPECT_EQ(hands.between(from, end, mode), 0) << static_cast<int>(mode);
  EXPECT_GT(undisturbed.between(from, end, CpuMode::hardirq), 5);
  EXPECT_EQ(hands.between(end - 1, end + 100_us, CpuMode::hardirq), 1) << "one entry for all of it";
  EXPECT_EQ(hands.between(end - 1, end + 100_us, CpuMode::softirq), 1);
  // Entries: ticks at 4 and 8 ms, the one, ticks at 32, 36 … 60 ms; else ten ticks, and two.
  EXPECT_EQ(hands.between(0, ended, CpuMode::hardirq), 11);
  EXPECT_EQ(undisturbed.between(0, otherwise, CpuMode::hardirq), 12);
  const Parameters p = parameter_table().defaults().values;
  EXPECT_EQ(ended, otherwise + length - (p.irq_entry + p.irq_exit));
  EXPECT_EQ(stolen, length);
  EXPECT_EQ(none, 0);
}

TEST(Theft, InterruptsComeAtItsEndInTheirOrder) {
  TestBench b;
  std::string order;
  std::vector<Ps> dates;
  const auto raise = [&](char name) {
    b.irq(1, [&, name] {
      order += name;
      dates.push_back(b.world->now());
      b.cpus.compute(1_us);
    });
  };
  b.task(1, [&] { b.cpus.compute(5_ms); });
  b.at(1_ms, [&] { raise('a'); });
  b.at(1_ms + 500_ns, [&] { b.cpus[1].steal(1_ms); });  // in the middle of a's handler
  b.at(1_ms + 600_ns, [&] { raise('b'); });
  b.at(1_ms + 700_ns, [&] { raise('c'); });
  b.run(10_ms);
  EXPECT_EQ(order, "abc");
  const Ps a = 1_ms + b.p.irq_entry;
  EXPECT_EQ(dates, (std::vector<Ps>{a, a + 1_us + 1_ms, a + 2_us + 1_ms}));
}

TEST(Theft, AnIdleCpuWakesLateAndAnInterruptOfItIsLate) {
  for (const bool by_irq : {false, true}) {
    TestBench b;
    Ps ran = 0;
    Thread& sleeper = b.task(1, [&] {
      b.cpus.block();
      ran = b.world->now();
    });
    b.at(from, [&] { b.cpus[1].steal(length); });
    b.at(from + 1_ms, [&] {
      if (by_irq)
        b.irq(1, [&] { b.cpus.wake(sleeper); });
      else
        b.cpus.wake(sleeper);
      EXPECT_TRUE(b.cpus[1].idle());
    });
    b.run(1_s);
    const Ps irq = by_irq ? b.p.irq_entry + b.p.irq_exit : 0;
    EXPECT_EQ(ran, end + irq + b.p.idle_exit + b.p.context_switch) << by_irq;
  }
}

TEST(Theft, AStolenStepHasItsEffectLate) {
  TestBench b;
  Line line(b.memory);
  Word<int> word(line, 0);
  Ps began = 0, irq_at = 0;
  int before = -1;
  b.task(1, [&] {
    b.cpus.compute(from);
    began = b.world->now();
    b.at(began + 10_ns, [&] { b.cpus[1].steal(length); });
    b.at(began + 20_ns, [&] {
      b.irq(1, [&] {
        irq_at = b.world->now();
        EXPECT_EQ(word.peek(), 1) << "an interrupt waits for the end of the step all the same";
      });
    });
    b.at(began + length, [&] { before = word.peek(); });
    word.write("test: a miss of 150 ns", 1, Ordering::once);
  });
  b.run(1_s);
  EXPECT_EQ(before, 0);
  EXPECT_EQ(irq_at, began + b.p.line_miss + length + b.p.irq_entry);
}

// Whoever is stolen, the others spin: for the holder, or for the one whose turn it is.
TEST(Theft, OfAHolderOrAWaiterHoldsUpTheQueueOfALock) {
  for (const CpuId victim : {1U, 2U}) {
    TestBench b;
    Line line(b.memory);
    SpinLock lock(b.memory, line);
    std::string order;
    std::vector<Ps> in(4);
    for (CpuId cpu = 1; cpu < 4; ++cpu)
      b.task(cpu, [&, cpu] {
        b.cpus.compute(cpu * 100_us);
        lock.lock("test: lock");
        in[cpu] = b.world->now();
        order += static_cast<char>('0' + cpu);
        b.cpus.compute(1_ms);
        lock.unlock("test: unlock");
      });
    b.at(500_us, [&] { b.cpus[victim].steal(length); });
    b.run(1_s);
    EXPECT_EQ(order, "123");
    EXPECT_GE(in[2], 500_us + length) << "victim " << victim;
    EXPECT_GE(in[3], in[2] + 1_ms);
    EXPECT_LT(in[3], 500_us + length + 3_ms);
  }
}

TEST(Theft, ThoseThatOverlapAreOneUntilTheLaterEnd) {
  Ps ended[2] = {};
  for (const bool theft : {false, true}) {
    TestBench b;
    b.task(1, [&] {
      b.cpus.compute(3_ms);
      ended[theft] = b.world->now();
    });
    if (theft) {
      b.at(1_ms, [&] { b.cpus[1].steal(500_us); });
      b.at(1200_us, [&] { b.cpus[1].steal(700_us); });  // to 1.9 ms
      b.at(1300_us, [&] { b.cpus[1].steal(10_us); });
    }
    b.run(10_ms);
    EXPECT_EQ(b.cpus[1].stolen(), theft ? 900_us : 0);
  }
  EXPECT_EQ(ended[1], ended[0] + 900_us);
}

// A slice counts what the hypervisor took: the tick that was due at 4 and 8 ms comes at 9.5 ms and lets
// the other task have its turn, before the first is through at 11 ms.
TEST(Theft, CountsAsTheTasksOwnTime) {
  TestBench b;
  std::vector<std::string> order;
  for (const char* name : {"first", "second"})
    b.task(1, [&, name] {
      b.cpus.enter_user();
      b.cpus.compute(2_ms);
      b.cpus.leave_user();
      order.emplace_back(name);
    });
  b.at(500_us, [&] { b.cpus[1].steal(9_ms); });
  b.run(1_s);
  EXPECT_EQ(order, (std::vector<std::string>{"second", "first"}));
}

}  // namespace
}  // namespace poolrace::models
