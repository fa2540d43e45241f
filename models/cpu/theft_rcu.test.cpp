// SPDX-License-Identifier: MIT
// Whom a grace period waits for when the hypervisor takes CPUs away: not for one that was idle, for
// that is an extended quiescent state however long it lasts; for one that was not, whatever it did,
// until it runs again.  The property that no reader from before is inside afterwards holds all along.
#include <gtest/gtest.h>

#include "models/cpu/theft.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

constexpr Ps stolen_at = 2_ms, length = 100_ms, end = stolen_at + length;

// How long CPU 0 waits from 2.5 ms on, with CPU 1 stolen in the middle of what it does.
struct Waited {
  Ps until = 0, irq = 0;
  Waited(bool expedited, PreemptModel preempt, const std::function<void(TestBench&)>& cpu1,
         bool theft = true, bool irq_waits = false) {
    BenchSetup setup;
    setup.p.preempt = preempt;
    setup.p.cpus = 2;
    TestBench b(setup);
    if (cpu1) b.task(1, [&] { cpu1(b); });
    if (theft) b.at(stolen_at, [&] { b.cpus[1].steal(length); });
    if (irq_waits)
      b.at(stolen_at + 100_us, [&] { b.irq(1, [this, &b] { irq = b.world->now(); }); });
    b.task(0, [&] {
      b.cpus.sleep_until(stolen_at + 500_us);
      b.rcu.synchronize(expedited);
      until = b.world->now();
    });
    b.run(1_s);
  }
};

class TheftRcu : public testing::TestWithParam<bool> {};  // expedited?

TEST_P(TheftRcu, AnIdleCpuIsNotWaitedForThoughAnInterruptWaitsThere) {
  const Waited w(GetParam(), PreemptModel::full, nullptr, true, true);
  EXPECT_GT(w.until, 0);
  EXPECT_LT(w.until, stolen_at + 40_ms);
  EXPECT_EQ(w.irq, end + Parameters(parameter_table().defaults().values).irq_entry +
                       Parameters(parameter_table().defaults().values).idle_exit)
      << "it was stolen";
}

TEST_P(TheftRcu, AReaderIsWaitedFor) {
  const auto reader = [](TestBench& b) {
    b.rcu.read_lock();
    b.cpus.compute(stolen_at + 10_us);
    b.rcu.read_unlock();
  };
  EXPECT_GT(Waited(GetParam(), PreemptModel::full, reader).until, end);
  EXPECT_LT(Waited(GetParam(), PreemptModel::full, reader, false).until, stolen_at + 40_ms);
}

// Neither in user code nor in the kernel can a CPU say that it is quiescent while it does not run.
TEST_P(TheftRcu, ABusyCpuIsWaitedFor) {
  for (const PreemptModel preempt : {PreemptModel::voluntary, PreemptModel::full}) {
    const auto user = [](TestBench& b) {
      b.cpus.enter_user();
      b.cpus.compute(150_ms);
      b.cpus.leave_user();
    };
    const Waited w(GetParam(), preempt, user);
    EXPECT_GT(w.until, end);
    EXPECT_LT(w.until, end + 40_ms);
    EXPECT_LT(Waited(GetParam(), preempt, user, false).until, stolen_at + 40_ms);
  }
}

TEST_P(TheftRcu, ASoftirqIsWaitedFor) {
  for (const bool theft : {false, true}) {
    BenchSetup setup;
    setup.p.cpus = 2;
    TestBench b(setup);
    b.at(stolen_at - 50_us, [&] { b.softirq(1, [&] { b.cpus.compute(600_us); }); });
    if (theft) b.at(stolen_at, [&] { b.cpus[1].steal(length); });
    Ps until = 0;
    b.task(0, [&] {
      b.cpus.sleep_until(stolen_at + 100_us);
      b.rcu.synchronize(GetParam());
      until = b.world->now();
    });
    b.run(1_s);
    if (theft)
      EXPECT_GT(until, end);
    else
      EXPECT_LT(until, stolen_at + 40_ms);
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, TheftRcu, testing::Bool(), [](const auto& kind) {
  return std::string(kind.param ? "expedited" : "normal");
});

// Readers on four CPUs that are stolen at random, half of the time.
TEST(TheftRcuProperty, NoReaderFromBeforeIsInsideAfterwards) {
  int synchronized = 0;
  for (std::uint32_t seed = 0; seed < 6; ++seed)
    for (const PreemptModel preempt : {PreemptModel::voluntary, PreemptModel::full}) {
      BenchSetup setup;
      setup.p.preempt = preempt;
      setup.tick_phase = seed * 137_us;
      TestBench b(setup);
      const TheftParams params{500'000, StealLaw::pareto, 0, 10_us, 10_ms, 1300};
      const Thefts thefts(b.cpus, params, sim::Streams(seed, 0));
      sim::Stream draw = b.streams.stream("readers", seed);
      std::vector<Ps> inside(8, ps_never);
      for (std::uint32_t i = 0; i < 8; ++i)
        b.task(i % 4, [&, i] {
          for (;;) {
            b.rcu.read_lock();
            inside[i] = b.world->now();
            b.cpus.compute(draw.between(0, 500) * 1_us);
            inside[i] = ps_never;
            b.rcu.read_unlock();
            b.sleep(draw.between(0, 3000) * 1_us);
          }
        });
      for (CpuId cpu = 0; cpu < 2; ++cpu)
        b.task(cpu, [&] {
          for (;;) {
            const Ps began = b.world->now();
            b.rcu.synchronize(draw.below(2) == 0);
            ++synchronized;
            for (const Ps since : inside) EXPECT_GE(since, began) << "seed " << seed;
          }
        });
      b.run(2_s);
    }
  EXPECT_GT(synchronized, 500);
}

}  // namespace
}  // namespace poolrace::models
