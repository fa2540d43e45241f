// SPDX-License-Identifier: MIT
// RCU: no reader that was inside when synchronize() began may be inside when it returns, whatever
// the flavour and whoever reads; and how long a grace period takes, which the tick decides.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "models/cpu/watch.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

struct Flavour {
  const char* name;
  PreemptModel preempt;
  std::int64_t hz;
  bool wake_directly;
  std::int64_t cpus = 4;
};

// Readers note when they entered; a waiter compares that with when its synchronize() began.
class RcuReaders {
 public:
  explicit RcuReaders(TestBench& bench) : b(bench) {}

  void reader(const std::function<void()>& body) {
    const auto me = inside.emplace(b.world->now(), ++readers);
    body();
    inside.erase(me);
  }
  // Explicit section; under preemptible RCU a task may be preempted in it.
  void explicit_reader(Ps d) {
    b.rcu.read_lock();
    reader([&] { b.cpus.compute(d); });
    b.rcu.read_unlock();
  }
  void synchronize(bool expedited) {
    const Ps began = b.world->now();
    b.rcu.synchronize(expedited);
    ++synchronized;
    if (!inside.empty() && inside.begin()->first < began) ++violations;
  }

  void call() {
    ++calls;
    b.rcu.call([this, began = b.world->now()] {
      ++called;
      if (!b.cpus.in_softirq()) ++violations;
      if (!inside.empty() && inside.begin()->first < began) ++violations;
    });
  }

  TestBench& b;
  std::multimap<Ps, int> inside;
  int readers = 0, synchronized = 0, calls = 0, called = 0, violations = 0;
};

class RcuProperty : public testing::TestWithParam<Flavour> {};

void read_somehow(RcuReaders& r, sim::Stream& draw, Ps longest) {
  TestBench& b = r.b;
  const Ps d = draw.between(0, longest);
  switch (draw.below(6)) {
    case 0:
      r.explicit_reader(d);
      break;
    case 1:  // nested, with the inner unlock in the middle
      b.rcu.read_lock();
      r.reader([&] {
        b.cpus.compute(d / 2);
        b.rcu.read_lock();
        b.cpus.compute(d / 4);
        b.rcu.read_unlock();
        b.cpus.compute(d / 4);
      });
      b.rcu.read_unlock();
      break;
    case 2:  // bottom halves off
      b.bh_off([&] { r.reader([&] { b.cpus.compute(d); }); });
      break;
    case 3:  // preemption off
      b.cpus.preempt_disable();
      r.reader([&] { b.cpus.compute(d); });
      b.cpus.preempt_enable();
      break;
    case 4:  // an explicit section within one with bottom halves off
      b.bh_off([&] {
        r.reader([&] {
          b.cpus.compute(d / 2);
          b.rcu.read_lock();
          b.cpus.compute(d / 2);
          b.rcu.read_unlock();
          b.cpus.compute(d / 4);
        });
      });
      break;
    default:  // a softirq, and an interrupt
      b.softirq(static_cast<CpuId>(draw.below(b.cpus.size())),
                [&r, d] { r.reader([&] { r.b.cpus.compute(d); }); });
      b.irq(static_cast<CpuId>(draw.below(b.cpus.size())),
            [&r] { r.reader([&] { r.b.cpus.compute(3 * ps_per_us); }); });
      break;
  }
}

TEST_P(RcuProperty, NoReaderFromBeforeIsInsideAfterwards) {
  int synchronized = 0, readers = 0, called = 0;
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    BenchSetup setup;
    setup.p.preempt = GetParam().preempt;
    setup.p.rcu_wake_directly = GetParam().wake_directly;
    setup.p.hz = GetParam().hz;
    setup.p.cpus = GetParam().cpus;
    setup.tick_phase = seed * 137 * ps_per_us;
    TestBench b(setup);
    RcuReaders r(b);
    sim::Stream draw = b.streams.stream(GetParam().name, seed);
    constexpr int tasks = 10;
    for (int i = 0; i < tasks; ++i)
      b.task(static_cast<CpuId>((i % 4) * GetParam().cpus / 4), [&, i] {
        for (int n = 0; n < 60; ++n) {
          const bool waiter = i % 5 == 4;
          if (waiter && n % 2 == 0) {
            r.synchronize(draw.below(2) == 0);
          } else if (waiter && n % 3 == 0) {
            r.call();
          } else {
            const Ps longest = draw.below(4) == 0 ? 12_ms : 300_us;
            read_somehow(r, draw, longest);
          }
          switch (draw.below(4)) {
            case 0:
              b.sleep(draw.between(0, 3000) * ps_per_us);
              break;
            case 1:
              b.cpus.enter_user();
              b.cpus.compute(draw.between(0, 2000) * ps_per_us);
              b.cpus.leave_user();
              break;
            case 2:
              b.cpus.cond_resched();
              break;
            default:
              b.cpus.compute(draw.between(0, 200) * ps_per_us);
              break;
          }
        }
      });
    b.run(4_s);
    EXPECT_EQ(r.violations, 0) << GetParam().name << " seed " << seed;
    synchronized += r.synchronized;
    readers += r.readers;
    called += r.called;
    EXPECT_EQ(r.called, r.calls);
  }
  // The test is worth nothing unless all of them happen a lot.
  EXPECT_GT(synchronized, 12 * 50);
  EXPECT_GT(called, 12 * 15);
  EXPECT_GT(readers, 12 * 300);
}

INSTANTIATE_TEST_SUITE_P(Flavours, RcuProperty,
                         testing::Values(Flavour{"full", PreemptModel::full, 250, false},
                                         Flavour{"full_direct", PreemptModel::full, 1000, true},
                                         Flavour{"voluntary", PreemptModel::voluntary, 250, false},
                                         Flavour{"none", PreemptModel::none, 100, false},
                                         Flavour{"none_direct", PreemptModel::none, 1000, true},
                                         Flavour{"four_leaves", PreemptModel::full, 250, false, 64},
                                         Flavour{"four_leaves_none", PreemptModel::none, 250, true,
                                                 64}),
                         [](const auto& test) { return std::string(test.param.name); });

// The canary: with grace periods dropped the same check must fire.
TEST(Rcu, WithoutGracePeriodsThePropertyFails) {
  TestBench b;
  b.rcu.drop_grace_periods(true);
  RcuReaders r(b);
  b.task(1, [&] { r.explicit_reader(10_ms); });
  EXPECT_TRUE(b.run_task([&] {
    b.sleep(1_ms);
    r.call();
    r.synchronize(false);
  }));
  EXPECT_EQ(r.violations,
            3);  // the callback's came at once: in no softirq, and with the reader inside
}

Ps wait_on(TestBench& b, bool expedited) {
  const Ps began = b.world->now();
  b.rcu.synchronize(expedited);
  return b.world->now() - began;
}

class GracePeriod : public testing::TestWithParam<std::int64_t> {};

// An otherwise idle machine, to the microsecond: the rest of the tick until the callback is noticed;
// 1 + (HZ>250) + (HZ>500) jiffies and one more, for the timeout is armed just after a tick, until
// the first scan finds all idle; one more tick until the callback is called.
TEST_P(GracePeriod, LastsARestOfATickAndThreeWholeOnesOrFive) {
  BenchSetup setup;
  setup.p.hz = GetParam();
  const Ps jiffy = 1_s / GetParam();
  const int first = 1 + (GetParam() > 250) + (GetParam() > 500);
  for (int phase = 0; phase < 8; ++phase) {
    setup.tick_phase = phase * jiffy / 8;
    TestBench b(setup);
    EXPECT_TRUE(b.run_task([&] {
      b.sleep(50_ms + 77_us);
      const Ps until_tick = b.cpus.next_tick_after(b.world->now()) - b.world->now();
      const Ps expected = until_tick + (first + 2) * jiffy;
      const Ps took = wait_on(b, false);
      EXPECT_GE(took, expected) << "phase " << phase;
      EXPECT_LE(took, expected + 25_us) << "phase " << phase;
    }));
  }
}

// Dates of the grace periods that began, as a run shows them.
struct Beginnings final : Watcher {
  void see(const Seen& seen) override {
    if (seen.what == Event::grace_began && seen.who == 0) dates.push_back(seen.at);
  }
  std::vector<Ps> dates;
};

// A callback is noticed at its CPU's next tick, so uniformly within a tick of its being queued; a
// direct waiter asks at once.
TEST_P(GracePeriod, ACallbackIsNoticedAtTheNextTick) {
  for (const bool directly : {false, true}) {
    BenchSetup setup;
    setup.p.hz = GetParam();
    setup.p.rcu_wake_directly = directly;
    const Ps jiffy = 1_s / GetParam();
    constexpr int n = 100;
    for (int i = 0; i < n; ++i) {
      setup.tick_phase = i * jiffy / n;
      TestBench b(setup);
      Beginnings beginnings;
      b.cpus.watch(&beginnings);
      EXPECT_TRUE(b.run_task([&] {
        b.cpus.sleep_until(jiffy * 20);
        const Ps queued = b.world->now();
        b.rcu.synchronize(false);
        ASSERT_EQ(beginnings.dates.size(), 1u);
        const Ps noticed = beginnings.dates[0] - queued;
        // The sleeper woke some microseconds after the date: the first phase has just lost its tick.
        const Ps law = directly ? 0 : (i == 0 ? n : i) * jiffy / n;
        EXPECT_NEAR(static_cast<double>(noticed), static_cast<double>(law), 2e7) << i;
      }));
    }
  }
}

// What one waits depends on where in the tick one begins: the end is on a tick's softirq.
TEST_P(GracePeriod, EndsOnATick) {
  BenchSetup setup;
  setup.p.hz = GetParam();
  setup.tick_phase = 123_us;
  const Ps jiffy = 1_s / GetParam();
  TestBench b(setup);
  EXPECT_TRUE(b.run_task([&] {
    for (int i = 0; i < 20; ++i) {
      b.sleep(10_ms + i * 511_us);
      wait_on(b, false);
      const Ps since_tick = (b.world->now() - setup.tick_phase) % jiffy;
      EXPECT_LT(since_tick, 30_us);
    }
  }));
}

TEST_P(GracePeriod, ExpeditedTakesMicroseconds) {
  BenchSetup setup;
  setup.p.hz = GetParam();
  TestBench b(setup);
  for (CpuId cpu = 1; cpu < 4; ++cpu)
    b.task(cpu, [&] {
      b.cpus.enter_user();
      b.cpus.compute(1_s);
    });
  EXPECT_TRUE(b.run_task([&] {
    b.sleep(20_ms);
    const Ps took = wait_on(b, true);
    EXPECT_GT(took, 1_us);
    EXPECT_LT(took, 100_us);
  }));
}

// The worker's wake-up and the caller's, a look at each CPU, and what the worker's beginning varies by.
TEST(Rcu, ExpeditedOnAnIdleMachineVariesByTheWorkersSpread) {
  BenchSetup setup;
  setup.p.work_spread = 40_us;
  TestBench b(setup);
  const Ps least = 2 * b.p.context_switch + 4 * b.p.line_transfer;
  std::vector<Ps> took;
  EXPECT_TRUE(b.run_task([&] {
    for (int i = 0; i < 400; ++i) {
      b.sleep(1_ms);
      took.push_back(wait_on(b, true) - least);
    }
  }));
  std::sort(took.begin(), took.end());
  EXPECT_GE(took.front(), 0);
  EXPECT_LE(took.back(), 40_us);
  for (const int tenth : {1, 3, 5, 7, 9})  // 0.1 %: 1.95 / sqrt(400) of the spread
    EXPECT_NEAR(static_cast<double>(took[static_cast<std::size_t>(tenth * 40)]), tenth * 4e6,
                3.9e6);
}

// Leaves are selected side by side: 64 CPUs that answer take no longer than a leaf's 16 do one after
// the other, and a switch, an IPI and a spread until the other workers begin.  Only a worker on a
// leaf's first CPU has that leaf and the last one to do.
TEST(Rcu, ExpeditedSelectsLeavesSideBySide) {
  for (const CpuId here : {CpuId{5}, CpuId{0}}) {
    BenchSetup setup;
    setup.p.cpus = 64;
    TestBench b(setup);
    for (CpuId cpu = 0; cpu < 64; ++cpu)
      b.task(cpu, [&] {
        b.cpus.enter_user();
        b.cpus.compute(1_s);
      });
    const Ps selecting = (here == 0 ? 2 : 1) * 16 * b.p.ipi / 2;
    b.task(here, [&] {
      for (int i = 0; i < 20; ++i) {
        b.sleep(5_ms);
        const Ps took = wait_on(b, true);
        EXPECT_GT(took, selecting) << here;
        EXPECT_LT(took, selecting + 4 * b.p.context_switch + 2 * b.p.work_spread + 10_us) << here;
      }
      b.world->stop();
    });
    b.run(1_s);
  }
}

struct ReaderAndWaiter {
  Ps left = 0, returned = 0;
};

// A task on that CPU reads for so long; CPU 0 asks for a grace period meanwhile.
ReaderAndWaiter wait_for_a_reader(TestBench& b, CpuId cpu, Ps reads, bool expedited) {
  ReaderAndWaiter out;
  b.task(cpu, [&] {
    b.rcu.read_lock();
    b.cpus.compute(reads);
    out.left = b.world->now();
    b.rcu.read_unlock();
  });
  EXPECT_TRUE(b.run_task([&] {
    b.sleep(5_ms);
    b.rcu.synchronize(expedited);
    out.returned = b.world->now();
  }));
  return out;
}

TEST(Rcu, GracePeriodsOfMachinesWithManyCpus) {
  for (const CpuId cpus : {65u, 128u, 256u})
    for (const bool expedited : {false, true}) {
      BenchSetup setup;
      setup.p.cpus = cpus;
      setup.p.destroy_cpu = cpus - 1;
      TestBench b(setup);
      const auto [left, returned] = wait_for_a_reader(b, cpus - 1, 30_ms, expedited);
      EXPECT_GT(left, 0) << cpus;
      EXPECT_GE(returned, left) << cpus << " CPUs, expedited " << expedited;
    }
}

INSTANTIATE_TEST_SUITE_P(Hz, GracePeriod, testing::Values(100, 250, 1000));

TEST(Rcu, AReaderStretchesTheGracePeriodUntilItsUnlock) {
  for (const bool expedited : {false, true}) {
    TestBench b;
    const auto [left, returned] = wait_for_a_reader(b, 1, 80_ms, expedited);
    EXPECT_GT(left, 80_ms);
    EXPECT_GE(returned, left) << expedited;
    // Normal: the flagged reader reports at its unlock; expedited: its unlock answers.
    EXPECT_LT(returned - left, expedited ? 50_us : 3 * b.cpus.jiffy()) << expedited;
  }
}

// A softirq is a reader by itself, whatever it has interrupted; so is an interrupt.
TEST(Rcu, ASoftirqIsAReaderWhateverItInterrupted) {
  for (const bool expedited : {false, true})
    for (const bool over_a_task : {false, true}) {
      TestBench b;
      Ps left = 0, returned = 0;
      if (over_a_task) b.task(1, [&] { b.cpus.compute(500_ms); });
      b.at(10_ms, [&] {
        b.softirq(1, [&] {
          b.cpus.compute(60_ms);
          left = b.world->now();
        });
      });
      EXPECT_TRUE(b.run_task([&] {
        b.cpus.sleep_until(12_ms);
        b.rcu.synchronize(expedited);
        returned = b.world->now();
      }));
      EXPECT_GT(left, 70_ms);
      EXPECT_GE(returned, left) << expedited << over_a_task;
      EXPECT_LT(returned, left + 4 * b.cpus.jiffy()) << expedited << over_a_task;
    }
}

// A reader that began after synchronize() did need not be waited for.  It is expedited that shows
// it, for it is over before any tick.
TEST(Rcu, ALaterReaderIsNotWaitedFor) {
  TestBench b;
  Ps reader_left = 0;
  EXPECT_TRUE(b.run_task([&] {
    b.sleep(5_ms);
    b.task(1, [&] {
      b.cpus.compute(30_us);  // the IPI finds it outside
      b.rcu.read_lock();
      b.cpus.compute(50_ms);
      b.rcu.read_unlock();
      reader_left = b.world->now();
    });
    b.cpus.compute(10_us);
    b.rcu.synchronize(true);
    EXPECT_EQ(reader_left, 0);
    b.sleep(100_ms);
    EXPECT_GT(reader_left, 0);
  }));
}

// A request while a grace period runs may have missed its beginning: it waits for the next.
TEST(Rcu, ARequestDuringAGracePeriodWaitsForTheNextOne) {
  TestBench b;
  Ps first = 0, second = 0;
  const Ps jiffy = b.cpus.jiffy();
  b.task(1, [&] {
    b.cpus.sleep_until(50_ms);
    b.rcu.synchronize(false);
    first = b.world->now();
  });
  b.task(2, [&] {
    b.cpus.sleep_until(53_ms);  // the first is under way
    b.rcu.synchronize(false);
    second = b.world->now();
  });
  b.run(1_s);
  EXPECT_EQ(b.rcu.grace_periods(), 2u);
  EXPECT_GE(second - first, jiffy);
  EXPECT_LE(second - first, 4 * jiffy);
}

// What the scans remember of idleness.  CPU 1 has no task, so no ticks: interrupts alone.  A softirq
// stands over the first scan; whether it was idle counts from then on and not before.
TEST(Rcu, IdlenessIsRememberedFromTheFirstScanOn) {
  for (const bool over_second : {false, true}) {
    TestBench b;
    const Ps jiffy = b.cpus.jiffy();
    const auto busy = [&](Ps from, Ps to) {
      b.at(from, [&b, from, to] { b.softirq(1, [&b, from, to] { b.cpus.compute(to - from); }); });
    };
    const Ps noticed = 20 * jiffy;
    const Ps first_scan = noticed + 2 * jiffy, second_scan = noticed + 4 * jiffy;
    busy(noticed + 1_ms, noticed + 2_ms);  // and idle again: before the first scan
    busy(first_scan - 1_ms, first_scan + 1_ms);
    if (over_second) busy(second_scan - 1_ms, second_scan + 1_ms);
    EXPECT_TRUE(b.run_task([&] {
      b.cpus.sleep_until(noticed - 1_ms);
      b.rcu.synchronize(false);
      const Ps called = second_scan + jiffy;
      EXPECT_GE(b.world->now(), called) << over_second;
      EXPECT_LE(b.world->now(), called + 25_us) << over_second;
    }));
  }
}

// When a callback is noticed decides which grace period it gets.  CPU 0 has the grace-period task,
// which is no idle CPU to its own first scan: each grace period takes two scans here, so 4 jiffies.
TEST(Rcu, ACallbackGetsTheGracePeriodAfterTheTickThatNoticesIt) {
  TestBench b;
  const Ps jiffy = b.cpus.jiffy();
  Ps first = 0, second = 0, third = 0;
  b.task(1, [&] {
    b.cpus.sleep_until(20 * jiffy - 1_ms);
    b.rcu.synchronize(false);  // noticed at 20, scanned at 22 and 24, told at 25
    first = b.world->now();
  });
  b.task(2, [&] {
    b.cpus.sleep_until(22 * jiffy - 1_ms);
    b.rcu.call([&] { second = b.world->now(); });  // noticed at 22: runs from 24 to 28
    // Its CPU has reported, and has seen that a grace period is under way: it looks again when that
    // has ended, and by then the second runs.
    b.cpus.sleep_until(22 * jiffy + 1_ms);
    b.rcu.call([&] { third = b.world->now(); });
  });
  b.run(1_s);
  EXPECT_EQ(b.rcu.grace_periods(), 3u);
  for (const auto& [told, tick] : {std::pair{first, 25}, {second, 29}, {third, 33}}) {
    EXPECT_GE(told, tick * jiffy);
    EXPECT_LE(told, tick * jiffy + 25_us);
  }
}

// Many requests while one runs share the next.
TEST(Rcu, RequestsShareTheNextGracePeriod) {
  TestBench b;
  int returned = 0;
  for (int i = 0; i < 12; ++i)
    b.task(static_cast<CpuId>(i % 4), [&, i] {
      b.cpus.sleep_until(50_ms + i * 300_us);
      b.rcu.synchronize(false);
      ++returned;
    });
  b.run(1_s);
  EXPECT_EQ(returned, 12);
  EXPECT_LE(b.rcu.grace_periods(), 3u);
}

// Under non-preemptible RCU kernel code is a reader until it schedules; user code is none.
TEST(Rcu, NonPreemptibleKernelCodeIsAReaderUntilItSchedules) {
  for (const bool expedited : {false, true}) {
    BenchSetup setup;
    setup.p.preempt = PreemptModel::none;
    TestBench b(setup);
    Ps scheduled = 0, returned = 0;
    b.task(1, [&] {
      b.cpus.compute(60_ms);
      scheduled = b.world->now();
      b.sleep(1_ms);
      b.cpus.compute(200_ms);
    });
    EXPECT_TRUE(b.run_task([&] {
      b.sleep(5_ms);
      b.rcu.synchronize(expedited);
      returned = b.world->now();
    }));
    EXPECT_GE(returned, scheduled) << expedited;
    EXPECT_LT(returned, 80_ms) << expedited;
  }
}

// With direct wake-ups and no wakeup granularity a waiter preempts the grace-period task in the
// middle of its round of wake-ups, and waits again.
TEST(Rcu, ManySynchronizersOfBothKindsAllReturn) {
  for (const bool directly : {false, true}) {
    BenchSetup setup;
    setup.p.rcu_wake_directly = directly;
    setup.p.wakeup_granularity = directly ? 0 : 1_ms;
    TestBench b(setup);
    int returned = 0;
    for (int i = 0; i < 16; ++i)
      b.task(static_cast<CpuId>(i % 4), [&, i] {
        for (int n = 0; n < 10; ++n) b.rcu.synchronize((i + n) % 2 == 0);
        ++returned;
      });
    b.run(10_s);
    EXPECT_EQ(returned, 16) << directly;
  }
}

}  // namespace
}  // namespace poolrace::models
