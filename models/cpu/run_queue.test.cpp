// SPDX-License-Identifier: MIT
// The scheduler's fairness: who has had least is next, long sleep buys the CPU at once but not for
// long, and hogs share evenly.
#include "models/cpu/run_queue.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

TEST(RunQueue, TheLeastServedIsFirstAndEqualsQueue) {
  RunQueue queue(3_ms, 1_ms);
  std::vector<Thread> threads(4);
  const Ps served[] = {2_ms, 1_ms, 2_ms, 0};
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i].vruntime = served[i];
    queue.put(threads[i]);
  }
  for (const std::size_t i : {3u, 1u, 0u, 2u}) {
    EXPECT_EQ(queue.first(), &threads[i]);
    queue.take_first();
  }
  EXPECT_TRUE(queue.empty());
}

TEST(RunQueue, SleepIsCreditedUpToALimitAndNeverTaxed) {
  RunQueue queue(3_ms, 1_ms);
  Thread hog, sleeper;
  queue.charge(hog, 50_ms);
  queue.place(sleeper);
  EXPECT_EQ(sleeper.vruntime, 47_ms);
  EXPECT_TRUE(queue.preempts(sleeper, hog));
  sleeper.vruntime = 48_ms;  // it slept for so short that its own time counts
  queue.place(sleeper);
  EXPECT_EQ(sleeper.vruntime, 48_ms);
  sleeper.vruntime = 49_ms;
  EXPECT_FALSE(queue.preempts(sleeper, hog)) << "not by more than the granularity";
}

// The floor is the least served of those who want the CPU, and stays if somebody comes below it:
// one sleeper's credit is no ground for the next one's.
TEST(RunQueue, TheFloorNeverFalls) {
  RunQueue queue(3_ms, 0);
  Thread a, b, sleeper, late;
  queue.put(b);
  queue.charge(a, 10_ms);
  queue.place(late);
  EXPECT_EQ(late.vruntime, 0) << "b has had nothing yet";
  queue.take_first();
  queue.put(a);
  queue.charge(b, 9_ms);
  queue.place(sleeper);
  EXPECT_EQ(sleeper.vruntime, 6_ms);
  queue.charge(sleeper, 1_ms);
  queue.place(late);
  EXPECT_EQ(late.vruntime, 6_ms);
}

BenchSetup alone_on_one_cpu() {
  BenchSetup setup;
  setup.p.cpus = 1;
  return setup;
}

struct Wakeup {
  Ps waited, until_tick;
};

// How long a sleeper waits for the CPU of a hog, from every date in the hog's turn on.
std::vector<Wakeup> wakeups(const BenchSetup& setup) {
  TestBench b(setup);
  std::vector<Wakeup> seen;
  b.task(0, [&] {
    b.cpus.enter_user();
    b.cpus.compute(100_s);
  });
  b.task(0, [&] {
    for (int i = 0; i < 200; ++i) {
      const Ps due = b.world->now() + 7_ms + i * 37_us;
      b.cpus.sleep_until(due);
      seen.push_back({b.world->now() - due, b.cpus.next_tick_after(due) - due});
    }
    b.world->stop();
  });
  b.run(100_s);
  EXPECT_EQ(seen.size(), 200u);
  return seen;
}

TEST(RunQueue, ASleeperTakesTheCpuFromAHogAtOnce) {
  const BenchSetup setup = alone_on_one_cpu();
  const Ps at_once = setup.p.irq_entry + setup.p.irq_exit + setup.p.context_switch;
  for (const Wakeup& it : wakeups(setup)) EXPECT_LE(it.waited, at_once + setup.p.irq_exit);
}

// ... and that is its credit's doing: without, it waits for the tick that ends the hog's slice.
TEST(RunQueue, WithoutCreditItWaitsForTheHogsSliceToEnd) {
  BenchSetup setup = alone_on_one_cpu();
  setup.p.sleeper_credit = 0;
  for (const Wakeup& it : wakeups(setup)) {
    EXPECT_GE(it.waited, it.until_tick);
    EXPECT_LE(it.waited, it.until_tick + 10_us);
  }
}

// Ten seconds of sleep are not ten seconds of monopoly.
TEST(RunQueue, TheCreditIsSoonUsedUp) {
  TestBench b(alone_on_one_cpu());
  Ps woke = 0, hog_again = 0;
  b.task(0, [&] {
    b.cpus.enter_user();
    while (hog_again == 0) {
      b.cpus.compute(10_us);
      if (woke != 0) hog_again = b.world->now();
    }
    b.world->stop();
  });
  b.task(0, [&] {
    b.cpus.sleep_until(10_s);
    woke = b.world->now();
    b.cpus.enter_user();
    b.cpus.compute(10_s);
  });
  b.run(30_s);
  EXPECT_GT(hog_again - woke, b.p.sleeper_credit);
  EXPECT_LT(hog_again - woke, b.p.sleeper_credit + b.p.slice + b.cpus.jiffy() + 100_us);
}

// n hogs, one of them a late comer: from then on each gets 1/n, to within a slice and a tick.
TEST(RunQueue, HogsShareEvenly) {
  for (const int n : {2, 3, 5}) {
    TestBench b(alone_on_one_cpu());
    std::vector<Ps> had(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i)
      b.task(0, [&, i] {
        if (i == 0) b.cpus.sleep_until(1_s);
        b.cpus.enter_user();
        for (;;) {
          b.cpus.compute(10_us);
          if (b.world->now() > 1_s) had[static_cast<std::size_t>(i)] += 10_us;
        }
      });
    b.run(3_s);
    const Ps sum = std::accumulate(had.begin(), had.end(), Ps{0});
    EXPECT_GT(sum, 1_s + 900_ms);
    for (const Ps mine : had)
      EXPECT_LE(std::abs(mine - sum / n), b.p.slice + 2 * b.cpus.jiffy() + b.p.sleeper_credit) << n;
  }
}

}  // namespace
}  // namespace poolrace::models
