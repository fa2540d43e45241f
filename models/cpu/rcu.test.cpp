// SPDX-License-Identifier: MIT
// RCU: no reader that was inside when synchronize() began may be inside when it returns, whatever
// the flavour and whoever reads; and how long a grace period takes, which the tick decides.
#include <gtest/gtest.h>

#include <map>

#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

struct Flavour {
  const char* name;
  PreemptModel preempt;
  std::int64_t hz;
  bool wake_directly;
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
    setup.tick_phase = seed * 137 * ps_per_us;
    TestBench b(setup);
    RcuReaders r(b);
    sim::Stream draw = b.streams.stream(GetParam().name, seed);
    constexpr int tasks = 10;
    for (int i = 0; i < tasks; ++i)
      b.task(static_cast<CpuId>(i % 4), [&, i] {
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
                                         Flavour{"none_direct", PreemptModel::none, 1000, true}),
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

// An otherwise idle machine: the first scan after 1 + (HZ>250) + (HZ>500) jiffies and the rest of
// the tick, one more tick until the callback is found.
TEST_P(GracePeriod, LastsAFewTicks) {
  BenchSetup setup;
  setup.p.hz = GetParam();
  const Ps jiffy = 1_s / GetParam();
  const int first = 1 + (GetParam() > 250) + (GetParam() > 500);
  for (int phase = 0; phase < 8; ++phase) {
    setup.tick_phase = phase * jiffy / 8;
    TestBench b(setup);
    EXPECT_TRUE(b.run_task([&] {
      b.sleep(50_ms);
      const Ps took = wait_on(b, false);
      EXPECT_GE(took, first * jiffy);
      EXPECT_LE(took, (first + 3) * jiffy) << "phase " << phase;
    }));
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

INSTANTIATE_TEST_SUITE_P(Hz, GracePeriod, testing::Values(100, 250, 1000));

TEST(Rcu, AReaderStretchesTheGracePeriodUntilItsUnlock) {
  for (const bool expedited : {false, true}) {
    TestBench b;
    Ps left = 0, returned = 0;
    b.task(1, [&] {
      b.rcu.read_lock();
      b.cpus.compute(80_ms);
      left = b.world->now();
      b.rcu.read_unlock();
    });
    EXPECT_TRUE(b.run_task([&] {
      b.sleep(5_ms);
      b.rcu.synchronize(expedited);
      returned = b.world->now();
    }));
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
