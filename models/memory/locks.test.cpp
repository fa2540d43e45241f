// SPDX-License-Identifier: MIT
// Spin locks: exclusion, order of arrival, hand-over while interrupts come and go, bottom halves.
#include <gtest/gtest.h>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

TEST(Locks, OneInsideAtATimeWhateverInterrupts) {
  for (std::uint32_t seed = 0; seed < 30; ++seed) {
    TestBench b;
    sim::Stream draw = b.streams.stream("locks", seed);
    Line line(b.memory);
    SpinLock lock(b.memory, line);
    int inside = 0, most = 0, done = 0;
    constexpr int rounds = 200;
    for (CpuId cpu = 0; cpu < 4; ++cpu)
      b.task(cpu, [&, cpu] {
        for (int i = 0; i < rounds; ++i) {
          const bool bh = draw.below(2) == 0;
          if (bh)
            lock.lock_bh("test: lock, bh");
          else
            lock.lock("test: lock");
          most = std::max(most, ++inside);
          b.cpus.compute(draw.between(0, 300) * ps_per_ns);
          --inside;
          if (bh)
            lock.unlock_bh("test: unlock, bh");
          else
            lock.unlock("test: unlock");
          b.cpus.compute(draw.between(0, 300) * ps_per_ns);
          (void)cpu;
        }
        if (++done == 4) b.world->stop();
      });
    // Interrupts at odd moments, also in the middle of a failing compare-and-exchange.
    std::function<void()> pester = [&] {
      b.irq(static_cast<CpuId>(draw.below(4)), [&] { b.cpus.compute(draw.between(0, 2) * 1_us); });
      b.at(b.world->now() + draw.between(50, 900) * ps_per_ns, pester);
    };
    b.at(1_us, pester);
    b.run(1_s);
    EXPECT_EQ(done, 4) << "seed " << seed << ": somebody waits for ever";
    EXPECT_EQ(most, 1) << "seed " << seed;
  }
}

TEST(Locks, WaitersAreServedInTheOrderOfArrival) {
  TestBench b;
  Line line(b.memory);
  SpinLock lock(b.memory, line);
  std::string order;
  for (CpuId cpu = 0; cpu < 4; ++cpu)
    b.task(cpu, [&, cpu] {
      b.cpus.compute(static_cast<Ps>(1 + (cpu * 3) % 4) * 10_us);  // 0, 3, 2, 1
      lock.lock("test: lock");
      order += static_cast<char>('0' + cpu);
      b.cpus.compute(100_us);
      lock.unlock("test: unlock");
    });
  b.run(1_s);
  EXPECT_EQ(order, "0321");
}

TEST(Locks, LockBhKeepsSoftirqsOffThisCpu) {
  TestBench b;
  Line line(b.memory);
  SpinLock lock(b.memory, line);
  bool ran = false;
  EXPECT_TRUE(b.run_task([&] {
    lock.lock_bh("test: lock, bh");
    b.softirq(0, [&] { ran = true; });
    b.cpus.compute(10_us);
    EXPECT_FALSE(ran);
    lock.unlock_bh("test: unlock, bh");
    EXPECT_TRUE(ran);
    lock.lock("test: lock");
    ran = false;
    b.softirq(0, [&] { ran = true; });
    b.cpus.compute(10_us);
    EXPECT_TRUE(ran) << "a plain lock does not keep softirqs off";
    lock.unlock("test: unlock");
  }));
}

TEST(Locks, OnlyTheHolderReleases) {
  TestBench b;
  Line line(b.memory);
  SpinLock lock(b.memory, line);
  b.task(0, [&] { lock.unlock("test: unlock"); });
  EXPECT_THROW(b.run(1_s), InternalError);
}

}  // namespace
}  // namespace poolrace::models
