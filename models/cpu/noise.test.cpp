// SPDX-License-Identifier: MIT
// Foreign interrupts, sections with interrupts off, background tasks: as many and as long as asked
// for, felt by whom they should be, and by nobody where there are none.
#include "models/cpu/noise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/cpu/watch.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

// A machine with noise; counts how often each CPU enters each mode.
struct NoisyBench : TestBench, Watcher {
  explicit NoisyBench(const NoiseParams& params, const BenchSetup& setup = {})
      : TestBench(setup), entered(cpus.size()), noise(cpus, params, streams) {
    cpus.watch(this);
  }
  void see(const Seen& it) override {
    if (it.what == Event::cpu) ++entered[it.who][static_cast<std::size_t>(it.mode)];
  }
  int count(CpuId cpu, CpuMode mode) { return entered[cpu][static_cast<std::size_t>(mode)]; }
  std::vector<std::array<int, 4>> entered;
  Noise noise;
};

BenchSetup setup_with(PreemptModel preempt, std::int64_t cpus = 2) {
  BenchSetup setup;
  setup.p.preempt = preempt;
  setup.p.cpus = cpus;
  return setup;
}

NoiseParams irqs(std::int64_t hz, Ps median) {
  return {{hz, median}, {}, {}, 1000};
}
NoiseParams irqs_off(std::int64_t hz, Ps median, std::int64_t sigma_milli = 1000) {
  return {{}, {hz, median}, {}, sigma_milli};
}
NoiseParams tasks(std::int64_t hz, Ps median, std::int64_t sigma_milli = 1000) {
  return {{}, {}, {hz, median}, sigma_milli};
}

TEST(Noise, AMeanIsThatOfTheLognormal) {
  EXPECT_NEAR(static_cast<double>(irqs(1, 5_us).mean({1, 5_us})), 5e6 * std::exp(0.5), 10);
  EXPECT_EQ(irqs_off(1, 5_us, 0).mean({1, 5_us}), 5_us);
}

// An idle machine is busy with them for their share of the time: 64 CPUs for a second.
TEST(Noise, AsManyAndAsLongAsAskedFor) {
  for (const bool task : {false, true}) {
    const NoiseParams params = task ? tasks(400, 100_us) : irqs(400, 10_us);
    NoisyBench b(params, setup_with(PreemptModel::full, 64));
    b.run(1_s);
    double busy = 0, squares = 0, count = 0;
    for (CpuId cpu = 0; cpu < 64; ++cpu) {
      const double share = static_cast<double>(b.cpus[cpu].busy()) / 1e12;
      busy += share;
      squares += share * share;
      count += b.count(cpu, CpuMode::hardirq);
    }
    const double mean = busy / 64, error = std::sqrt((squares / 64 - mean * mean) / 64);
    const Ps irq = b.p.idle_exit + b.p.irq_entry + b.p.irq_exit;
    const double each = static_cast<double>(params.mean({400, task ? 100_us : 10_us}) + irq +
                                            (task ? b.p.context_switch : 0));
    // The task pays ticks too, and finds the next piece without a switch: within a hundredth.
    EXPECT_NEAR(mean, 400 * each / 1e12, 4 * error + 0.01 * mean) << task;
    EXPECT_LT(error, 0.02 * mean);
    if (!task) {  // hardly one comes while another is served, which is no entry
      EXPECT_NEAR(count, 64 * 400, 4 * std::sqrt(64 * 400));
    }
  }
}

// A long computation loses exactly what interrupts take, and all of it in hard interrupts.
TEST(Noise, ForeignInterruptsCutIntoWhatRuns) {
  NoisyBench b(irqs(5000, 5_us));
  Ps took = 0, own = 0;
  EXPECT_TRUE(b.run_task([&] {
    b.cpus.preempt_disable();  // nor does that keep interrupts out
    const Ps began = b.world->now(), clock = b.cpus.cpu_time();
    b.cpus.compute(200_ms);
    took = b.world->now() - began;
    own = b.cpus.cpu_time() - clock;
    b.cpus.preempt_enable();
  }));
  EXPECT_EQ(own, 200_ms);
  const double each = 5.0 * std::exp(0.5) + 0.35;
  EXPECT_NEAR(static_cast<double>(took - 200_ms) / 1e6, 1000 * each, 0.3 * 1000 * each);
}

TEST(Noise, SectionsWithInterruptsOffHoldBackOthersAndSpareIdleCpus) {
  NoisyBench b(irqs_off(100, 1_ms, 0));
  Ps worst = 0;
  int late = 0;
  constexpr int asked = 1000;
  std::function<void(int)> ask = [&](int n) {
    if (n == asked) return b.world->stop();
    b.irq(1, [&, raised = b.world->now()] {
      const Ps delay = b.world->now() - raised;
      late += delay > 50_us;
      worst = std::max(worst, delay);
    });
    b.at(b.world->now() + 1_ms, [&ask, n] { ask(n + 1); });
  };
  b.task(1, [&] { b.cpus.compute(10_s); });
  b.at(1_us, [&] { ask(0); });
  b.run(10_s);
  EXPECT_NEAR(late, 100, 40) << "a tenth of the time has interrupts off";
  EXPECT_GT(worst, 500_us);
  EXPECT_EQ(b.count(0, CpuMode::hardirq), 0) << "an idle CPU runs no section";
}

// A piece of background work takes the CPU where the preemption model lets it, and is late elsewhere.
TEST(Noise, BackgroundTasksPreemptAsTheModelSays) {
  for (const PreemptModel preempt : {PreemptModel::voluntary, PreemptModel::full}) {
    NoisyBench b(tasks(200, 100_us), setup_with(preempt));
    Ps off = 0;
    EXPECT_TRUE(b.run_task([&] {
      const Ps began = b.world->now();
      b.cpus.compute(100_ms);  // in the kernel
      off = b.world->now() - began - 100_ms;
    }));
    // 20 pieces or so of 165 us in the mean, and the switches; else interrupts alone: 0.35 us each.
    if (preempt == PreemptModel::full)
      EXPECT_GT(off, 1_ms);
    else
      EXPECT_LT(off, 50_us);
  }
}

// A background task is in user mode, so that even there a woken one waits for the end of its slice at
// most, which a tick finds; not for the end of its piece.
TEST(Noise, BackgroundTasksArePreemptedWhateverTheModel) {
  NoisyBench b(tasks(5, 50_ms, 0), setup_with(PreemptModel::none));
  std::vector<Ps> delays;
  EXPECT_TRUE(b.run_task([&] {
    for (int i = 0; i < 2000; ++i) {
      const Ps due = b.world->now() + 1_ms;
      b.cpus.sleep_until(due);
      delays.push_back(b.world->now() - due);
    }
  }));
  EXPECT_LT(*std::max_element(delays.begin(), delays.end()), 10_ms);
}

TEST(Noise, WhereThereIsNoneNothingIsSpawned) {
  const TestBench quiet;
  const NoisyBench b(NoiseParams{});
  EXPECT_EQ(b.world->contexts().size(), quiet.world->contexts().size());
}

TEST(Noise, AStolenCpuMakesNoNoise) {
  NoisyBench b({{1000, 1_us}, {1000, 1_us}, {1000, 1_us}, 0});
  b.task(1, [&] { b.cpus.compute(1_s); });
  int before = 0;
  b.at(10_ms, [&] {
    b.cpus[1].steal(100_ms);
    before = b.count(1, CpuMode::hardirq);
  });
  b.at(109_ms, [&] { EXPECT_EQ(b.count(1, CpuMode::hardirq), before); });
  b.run(120_ms);
  EXPECT_GT(b.count(1, CpuMode::hardirq), before);
}

// Code that would have turned interrupts off meanwhile has not run, and does not at the end of it.
TEST(Noise, SectionsOfTheTimeOfATheftAreNone) {
  NoisyBench b(irqs_off(1000, 500_us, 0));
  b.task(1, [&] { b.cpus.compute(1_s); });
  b.at(10_ms, [&] { b.cpus[1].steal(100_ms); });
  Ps at = 0;
  b.at(109_ms, [&] { b.irq(1, [&] { at = b.world->now(); }); });
  b.run(300_ms);
  EXPECT_GE(at, 110_ms);
  EXPECT_LT(at, 115_ms) << "a hundred sections would last 50 ms";
}

}  // namespace
}  // namespace poolrace::models
