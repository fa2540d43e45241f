// SPDX-License-Identifier: MIT
// Work is done by the right CPU's worker, in order, after a wake-up whose length has a law.
#include "models/cpu/workqueue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

TEST(Workqueue, WorkIsDoneInOrderByTheWorkerOfThatCpu) {
  TestBench b;
  Workqueue queue(b.cpus, "wq", 4_us, b.streams.stream("test"));
  std::vector<int> done;
  EXPECT_TRUE(b.run_task([&] {
    for (int i = 0; i < 6; ++i)
      queue.queue_on(static_cast<CpuId>(2 + i % 2), [&, i] {
        EXPECT_EQ(b.cpus.self().cpu->id(), static_cast<CpuId>(2 + i % 2));
        EXPECT_EQ(b.cpus.self().level, Level::task);
        if (i % 2 == 0) done.push_back(i);
      });
    b.sleep(1_ms);
  }));
  EXPECT_EQ(done, (std::vector<int>{0, 2, 4}));
}

// The largest distance between the samples' distribution and the uniform one on 0 .. width.
double distance_from_uniform(std::vector<Ps> samples, Ps width) {
  std::sort(samples.begin(), samples.end());
  const auto n = static_cast<double>(samples.size());
  double worst = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const double expected = static_cast<double>(samples[i]) / static_cast<double>(width);
    worst = std::max({worst, std::abs(expected - static_cast<double>(i) / n),
                      std::abs(expected - static_cast<double>(i + 1) / n)});
  }
  return worst;
}

// Nobody competes: the caller sleeps, the CPU switches to the worker, and the rest is the spread.
TEST(Workqueue, TheBeginningIsUniformOverTheSpread) {
  TestBench b;
  constexpr Ps spread = 50_us;
  Workqueue queue(b.cpus, "wq", spread, b.streams.stream("test"));
  std::vector<Ps> late;
  EXPECT_TRUE(b.run_task([&] {
    for (int i = 0; i < 1000; ++i) {
      b.sleep(1_ms);
      const Ps queued = b.world->now();
      queue.queue_on(0,
                     [&, queued] { late.push_back(b.world->now() - queued - b.p.context_switch); });
      b.sleep(1_ms);
    }
  }));
  ASSERT_EQ(late.size(), 1000u);
  EXPECT_GE(*std::min_element(late.begin(), late.end()), 0);
  EXPECT_LE(*std::max_element(late.begin(), late.end()), spread);
  EXPECT_LT(distance_from_uniform(late, spread), 1.95 / std::sqrt(1000.0));  // at 0.1 %
}

TEST(Workqueue, AnotherCpuIsWokenByAnIpiAndTakesItsTime) {
  TestBench b;
  Workqueue queue(b.cpus, "wq", 0, b.streams.stream("test"));
  EXPECT_TRUE(b.run_task([&] {
    b.sleep(1_ms);
    const Ps queued = b.world->now();
    Ps began = 0;
    queue.queue_on(3, [&] { began = b.world->now(); });
    b.sleep(1_ms);
    EXPECT_EQ(began - queued, b.p.ipi / 2 + b.p.idle_exit + b.p.context_switch);
  }));
}

// Kernel code that nothing preempts keeps the worker out for as long as it likes.
TEST(Workqueue, TheWorkerHasToWinItsCpu) {
  BenchSetup setup;
  setup.p.preempt = PreemptModel::none;
  TestBench b(setup);
  Workqueue queue(b.cpus, "wq", 0, b.streams.stream("test"));
  Ps began = 0, scheduled = 0;
  b.task(1, [&] {
    b.cpus.compute(50_ms);
    scheduled = b.world->now();
    b.cpus.cond_resched();
    b.cpus.compute(50_ms);
  });
  EXPECT_TRUE(b.run_task([&] {
    b.sleep(5_ms);
    queue.queue_on(1, [&] { began = b.world->now(); });
    b.sleep(100_ms);
  }));
  EXPECT_EQ(began, scheduled + b.p.context_switch);
}

}  // namespace
}  // namespace poolrace::models
