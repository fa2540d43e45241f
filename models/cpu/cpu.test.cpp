// SPDX-License-Identifier: MIT
// CPUs: interrupts over softirqs over tasks, bottom halves, the three preemption models, and the
// corners where a wake-up or a softirq can get lost.  What a task measures is simulated time.
#include <gtest/gtest.h>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

BenchSetup setup_with(PreemptModel preempt, std::int64_t cpus = 2) {
  BenchSetup setup;
  setup.p.preempt = preempt;
  setup.p.cpus = cpus;
  return setup;
}

TEST(Cpu, AnInterruptCutsIntoComputationAndCostsItsTime) {
  TestBench b;
  Ps irq_at = 0;
  Ps began = 0, took = 0;
  EXPECT_TRUE(b.run_task([&] {
    began = b.world->now();
    b.at(began + 10_us, [&] { b.irq(0, [&] { irq_at = b.world->now(); }); });
    b.cpus.compute(50_us);
    took = b.world->now() - began;
  }));
  EXPECT_EQ(irq_at, began + 10_us + b.p.irq_entry);
  EXPECT_EQ(took, 50_us + b.p.irq_entry + b.p.irq_exit);
}

TEST(Cpu, AnInterruptDuringAStepIsTakenAfterItsEffect) {
  TestBench b;
  Line line(b.memory);
  Word<int> word(line, 0);
  int seen = -1;
  Ps irq_at = 0;
  EXPECT_TRUE(b.run_task([&] {
    b.cpus.compute(20_us);
    const Ps now = b.world->now();
    b.at(now + 10_ns, [&] {
      b.irq(0, [&] {
        seen = word.peek();
        irq_at = b.world->now();
      });
    });
    word.write("test: a miss of 150 ns", 1, Ordering::once);
    EXPECT_EQ(seen, 1);
    EXPECT_EQ(irq_at, now + b.p.line_miss + b.p.irq_entry);
  }));
}

TEST(Cpu, SoftirqsRunAtIrqExitAndNotWhileBottomHalvesAreOff) {
  TestBench b;
  Ps softirq_at = 0, enabled_at = 0;
  b.at(30_us, [&] { b.softirq(0, [&] { softirq_at = b.world->now(); }); });
  EXPECT_TRUE(b.run_task([&] {
    b.cpus.local_bh_disable();
    b.cpus.compute(100_us);
    EXPECT_EQ(softirq_at, 0);
    enabled_at = b.world->now();
    b.cpus.local_bh_enable();
    EXPECT_EQ(softirq_at, enabled_at + b.p.softirq_entry);
    b.softirq(0, [&] { softirq_at = b.world->now(); });
    const Ps now = b.world->now();
    b.cpus.compute(10_us);
    EXPECT_EQ(softirq_at, now + b.p.irq_entry + b.p.irq_exit + b.p.softirq_entry);
  }));
}

TEST(Cpu, NestedBottomHalfSectionsEndWithTheOutermost) {
  TestBench b;
  bool ran = false;
  EXPECT_TRUE(b.run_task([&] {
    b.cpus.local_bh_disable();
    b.cpus.local_bh_disable();
    b.softirq(0, [&] { ran = true; });
    b.cpus.compute(10_us);
    b.cpus.local_bh_enable();
    EXPECT_FALSE(ran);
    EXPECT_TRUE(b.cpus.in_softirq());
    b.cpus.local_bh_enable();
    EXPECT_TRUE(ran);
    EXPECT_FALSE(b.cpus.in_softirq());
  }));
}

// A softirq that an interrupt raises just when the softirq loop is about to end must not wait for
// the next interrupt.  The CPU is otherwise idle, so that none comes by itself.
TEST(Cpu, ASoftirqRaisedAtTheVeryEndOfTheLoopIsNotLost) {
  TestBench b;
  Ps second = 0;
  b.at(100_us, [&] {
    b.softirq(1, [&] {
      // No step follows: the interrupt raised here is taken when the loop has ended.
      b.softirq(1, [&] { second = b.world->now(); });
    });
  });
  b.run(1_s);
  EXPECT_GT(second, 0);
  EXPECT_LT(second, 120_us);
}

TEST(Cpu, ALongSoftirqLoadGoesOnInKsoftirqdAfterTenPasses) {
  TestBench b;
  int in_softirq = 0, in_task = 0;
  std::function<void()> again = [&] {
    ++(b.cpus.self().level == Level::softirq ? in_softirq : in_task);
    b.cpus.compute(1_us);
    if (in_softirq + in_task < 30) b.softirq(0, again);  // as NAPI does that has not finished
  };
  b.at(5_us, [&] { b.softirq(0, again); });
  b.run(1_s);
  EXPECT_EQ(in_softirq + in_task, 30);
  EXPECT_GE(in_softirq, 10);
  EXPECT_GT(in_task, 0);
}

class Preemption : public testing::TestWithParam<PreemptModel> {};

// A task that has run longer than the wakeup granularity meets a woken one.
TEST_P(Preemption, AWokenTaskTakesOverWhereTheModelAllows) {
  TestBench b(setup_with(GetParam()));
  Ps woken_ran = 0, asked = 0, offered = 0;
  Thread& other = b.task(0, [&] {
    b.cpus.block();
    woken_ran = b.world->now();
  });
  EXPECT_TRUE(b.run_task([&] {
    b.cpus.compute(2_ms);
    asked = b.world->now();
    b.cpus.wake(other);
    b.cpus.compute(100_us);
    offered = b.world->now();
    b.cpus.cond_resched();
  }));
  if (GetParam() == PreemptModel::full)
    EXPECT_EQ(woken_ran, asked + b.p.context_switch);
  else
    EXPECT_EQ(woken_ran, offered + b.p.context_switch);
}

TEST_P(Preemption, NobodyTakesOverWhilePreemptionIsOff) {
  TestBench b(setup_with(GetParam()));
  bool ran = false;
  Thread& other = b.task(0, [&] {
    b.cpus.block();
    ran = true;
  });
  EXPECT_TRUE(b.run_task([&] {
    b.cpus.compute(2_ms);
    b.cpus.preempt_disable();
    b.cpus.wake(other);
    b.cpus.compute(20_ms);
    b.cpus.cond_resched();
    EXPECT_FALSE(ran);
    b.cpus.preempt_enable();
    EXPECT_EQ(ran, GetParam() == PreemptModel::full);
    b.cpus.cond_resched();
    EXPECT_TRUE(ran);
  }));
}

TEST_P(Preemption, UserCodeSharesTheCpuByTimeSlices) {
  TestBench b(setup_with(GetParam(), 1));
  int done = 0;
  Ps first = 0;
  for (int i = 0; i < 2; ++i)
    b.task(0, [&] {
      b.cpus.enter_user();
      b.cpus.compute(40_ms);
      b.cpus.leave_user();
      if (done++ == 0) first = b.world->now();
    });
  b.run(1_s);
  EXPECT_EQ(done, 2);
  EXPECT_GT(first, 60_ms);  // 40 ms alone, 80 ms together
}

INSTANTIATE_TEST_SUITE_P(Models, Preemption,
                         testing::Values(PreemptModel::none, PreemptModel::voluntary,
                                         PreemptModel::full));

// A wake that comes before its block() is not lost.
TEST(Cpu, AWakeBeforeTheBlockIsKept) {
  TestBench b;
  EXPECT_TRUE(b.run_task(
      [&] {
        b.cpus.wake(b.cpus.self());
        b.cpus.block();
      },
      10_s));
}

// RCU's ear on the scheduler may wake tasks in the middle of a switch: another one of this CPU, or
// the very task that is on its way out.
TEST(Cpu, AWakeInTheMiddleOfASwitchNeitherGetsLostNorSwitchesTwice) {
  struct Ear final : CpuListener {
    explicit Ear(TestBench& bench) : b(bench) {}
    void context_switch(Cpu&, Thread* from) override {
      if (from == nullptr) return;
      if (from == wakes_itself) b.cpus.wake(*from);
      if (from == wakes_itself) b.cpus.wake(*other);
    }
    void idle_entered(Cpu&) override {}
    void tick(Cpu&, bool) override {}
    void ksoftirqd_pass(Cpu&) override {}
    bool needs_tick(const Cpu&) override { return false; }
    TestBench& b;
    Thread *wakes_itself = nullptr, *other = nullptr;
  };
  for (const bool itself : {false, true}) {
    TestBench b;
    Ear ear(b);
    b.cpus.listen(&ear);
    int mine = 0, others = 0;
    ear.other = &b.task(0, [&] {
      for (;; ++others) b.cpus.block();
    });
    Thread& sleeper = b.task(0, [&] {
      for (; mine < 10; ++mine) {
        b.cpus.compute(3_ms);  // beyond the wakeup granularity
        b.cpus.block();
      }
      ear.wakes_itself = nullptr;  // who has ended is not woken
    });
    if (itself) ear.wakes_itself = &sleeper;
    for (int i = 1; i <= 20 && !itself; ++i)
      b.at(i * 10_ms, [&] {
        if (mine < 10) b.cpus.wake(sleeper);
      });
    b.run(1_s);
    EXPECT_EQ(mine, 10) << itself;
    if (itself) {
      EXPECT_GE(others, 9);
    }
  }
}

// Ticks come on the machine's grid while a CPU has a task, and stop as it goes idle: the one that
// is due next does not come any more.  Unless RCU waits for them.
TEST(Cpu, TheTickStopsAtIdleEntry) {
  struct Ear final : CpuListener {
    explicit Ear(TestBench& bench) : b(bench) {}
    void context_switch(Cpu&, Thread*) override {}
    void idle_entered(Cpu&) override {}
    void tick(Cpu& cpu, bool) override {
      const Ps now = b.world->now();  // a few microseconds after the tick
      if (cpu.id() == 1) ticks.push_back(b.cpus.next_tick_after(now) - b.cpus.jiffy());
    }
    void ksoftirqd_pass(Cpu&) override {}
    bool needs_tick(const Cpu&) override { return rcu_waits; }
    TestBench& b;
    std::vector<Ps> ticks;
    bool rcu_waits = false;
  };
  for (const bool rcu_waits : {false, true}) {
    BenchSetup setup;
    setup.tick_phase = 300_us;
    TestBench b(setup);
    Ear ear(b);
    ear.rcu_waits = rcu_waits;
    b.cpus.listen(&ear);
    b.task(1, [&] {
      b.cpus.sleep_until(101_ms);
      ear.ticks.clear();
      b.cpus.compute(10_ms);  // ticks at 104.3 and 108.3 ms
      b.cpus.sleep_until(150_ms);
      b.cpus.compute(3_ms);  // one at 152.3 ms
    });
    b.run(200_ms);
    std::vector<Ps> expected = {104'300_us, 108'300_us, 152'300_us};
    if (rcu_waits)
      for (expected.clear(); expected.size() < 24;)
        expected.push_back(104'300_us + static_cast<Ps>(expected.size()) * 4_ms);
    EXPECT_EQ(ear.ticks, expected) << rcu_waits;
  }
}

// Many tasks that sleep, wake each other and compute, with interrupts and grace periods in
// between: every one gets through, and CPU time is neither lost nor invented.
TEST(Cpu, ACrowdOfTasksAllGetThrough) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    TestBench b(setup_with(seed % 2 == 0 ? PreemptModel::full : PreemptModel::voluntary));
    sim::Stream draw = b.streams.stream("crowd", static_cast<std::uint32_t>(seed));
    constexpr int tasks = 12;
    int done = 0;
    Ps computed = 0;
    std::vector<Thread*> threads;
    std::array<bool, tasks> gone{};
    for (int i = 0; i < tasks; ++i)
      threads.push_back(&b.task(static_cast<CpuId>(i % 2), [&, i] {
        for (int n = 0; n < 30; ++n) {
          const Ps work = draw.between(0, 3000) * ps_per_us;
          computed += work;
          b.cpus.compute(work);
          switch (draw.below(5)) {
            case 0:
              b.sleep(draw.between(0, 2000) * ps_per_us);
              break;
            case 1:
              b.cpus.cond_resched();
              break;
            case 2:
              b.bh_off([&] { b.cpus.compute(5_us); });
              computed += 5_us;
              break;
            case 3:
              b.rcu.synchronize(draw.below(2) == 0);
              break;
            default: {  // for no reason: every sleeper must look again
              const auto whom = draw.below(tasks);
              if (!gone[whom]) b.cpus.wake(*threads[whom]);
            }
          }
        }
        gone[static_cast<std::size_t>(i)] = true;
        if (++done == tasks) b.world->stop();
      }));
    b.run(100_s);
    EXPECT_EQ(done, tasks) << "seed " << seed;
    Ps busy = 0;
    for (CpuId cpu = 0; cpu < 2; ++cpu) busy += b.cpus[cpu].busy();
    EXPECT_GE(busy, computed) << "seed " << seed;
    EXPECT_LE(busy, 2 * b.world->now()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace poolrace::models
