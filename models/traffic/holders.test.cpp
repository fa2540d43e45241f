// SPDX-License-Identifier: MIT
// Who puts a held page, from where and when, and what that costs the CPU in interrupts: none of its
// own for a page.  And a receive buffer with an end.
#include "models/traffic/holders.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "models/cpu/watch.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

// Applications on CPU 1; pages are handed over on CPU 0, and put here, which only writes it down.
struct HoldersBench final : Watcher {
  struct Put {
    Ps at;
    Level level;
    bool in_softirq;
    CpuId cpu;
  };

  explicit HoldersBench(HolderParams params, Ps hold = 100 * ps_per_us) : law(constant(hold)) {
    params.first_cpu = 1;
    holders = std::make_unique<Holders>(b.cpus, b.timers, params, law, b.streams, [this](Page) {
      puts.push_back(
          {b.world->now(), b.cpus.self().level, b.cpus.in_softirq(), b.cpus.self().cpu->id()});
    });
    b.cpus.on_softirq(SoftirqKind::net_rx, [this] { holders->softirq(b.cpus.self().cpu->id()); });
    b.cpus.watch(this);
  }
  static BenchSetup two_cpus() {
    BenchSetup setup;
    setup.p.cpus = 2;
    return setup;
  }
  static HoldTimeParams constant(Ps hold) {
    HoldTimeParams params;
    params.kind = HoldKind::constant;
    params.hold_median = hold;
    return params;
  }
  static HolderParams softirq_alone() {
    HolderParams params;
    params.softirq_ppm = 1'000'000;
    return params;
  }
  void see(const Seen& seen) override {
    interrupts += seen.what == Event::cpu && seen.who == 1 && seen.mode == CpuMode::hardirq;
  }
  // From a task on CPU 0: a page each `every`, from `first` on.
  void hand_over(int pages, Ps first, Ps every) {
    b.task(0, [=, this] {
      for (int i = 0; i < pages; ++i) {
        b.cpus.sleep_until(first + i * every);
        Page page = b.pages.alloc(0, -1);
        taken.push_back(b.world->now());
        holders->take(page, 0);
      }
    });
  }

  TestBench b{two_cpus()};
  HoldTime law;
  std::unique_ptr<Holders> holders;
  std::vector<Put> puts;
  std::vector<Ps> taken;
  int interrupts = 0;  // on CPU 1
};

TEST(Holders, AnIdleApplicationIsWokenAtTheDueDateWithoutAnInterrupt) {
  HoldersBench h({});
  h.hand_over(500, 1_ms, 150_us);
  h.b.run(100_ms);
  ASSERT_EQ(h.puts.size(), 500u);
  const Ps wake = h.b.p.idle_exit + h.b.p.ipi / 2 + h.b.p.context_switch;
  for (std::size_t i = 0; i < h.puts.size(); ++i) {
    EXPECT_EQ(h.puts[i].at - h.taken[i], 100_us + wake) << i;
    EXPECT_EQ(h.puts[i].level, Level::task);
    EXPECT_EQ(h.puts[i].cpu, 1u);
  }
  EXPECT_LT(h.interrupts, 30);  // ticks that met it busy
}

TEST(Holders, WhatIsDueWhileTheApplicationIsBusyInterruptsNobody) {
  HolderParams params;
  params.user_work = 20_us;
  HoldersBench h(params);
  h.hand_over(500, 1_ms, 5_us);
  h.b.run(40_ms);
  EXPECT_EQ(h.puts.size(), 500u);
  EXPECT_LT(h.interrupts, 15);
}

TEST(Holders, TheTimerWheelPutsAtTheNextJiffy) {
  HoldersBench h(HoldersBench::softirq_alone());
  std::uint64_t before = 1, at = 1;
  h.hand_over(10, 1_ms, 100_us);
  h.b.at(1_ms + 50_us, [&] { before = h.holders->holding(); });
  h.b.at(3_ms, [&] { at = h.holders->holding(); });
  h.b.run(20_ms);
  EXPECT_EQ(before, 1u);
  EXPECT_EQ(at, 0u) << "a hold ends at its date, whoever puts";
  ASSERT_EQ(h.puts.size(), 10u);
  const Ps jiffy = 4_ms;
  for (const auto& put : h.puts) {
    EXPECT_EQ(put.level, Level::softirq);
    EXPECT_EQ(put.cpu, 1u);
    EXPECT_GE(put.at, jiffy);
    EXPECT_LT(put.at, jiffy + 10_us);
  }
  EXPECT_LE(h.interrupts, 2) << "one for all ten, and the first tick";
}

TEST(Holders, NetRxPutsEarlierIfItComes) {
  HoldersBench h(HoldersBench::softirq_alone());
  h.hand_over(3, 1_ms, 10_us);
  h.b.at(2_ms, [&] { h.b.irq(1, [&] { h.b.cpus[1].raise_softirq(SoftirqKind::net_rx); }); });
  h.b.run(20_ms);
  ASSERT_EQ(h.puts.size(), 3u);
  for (const auto& put : h.puts) {
    EXPECT_GE(put.at, 2_ms);
    EXPECT_LT(put.at, 2_ms + 20_us);
  }
}

// The tick of a busy CPU is there anyway.
TEST(Holders, TheWheelOfABusyCpuHasNoInterruptOfItsOwn) {
  const auto interrupts = [](int pages) {
    HoldersBench h(HoldersBench::softirq_alone());
    h.b.task(1, [&h] {
      h.b.cpus.enter_user();
      h.b.cpus.compute(1_s);
    });
    h.hand_over(pages, 1_ms, 50_us);
    h.b.run(101_ms);
    EXPECT_EQ(h.puts.size(), static_cast<std::size_t>(pages));
    for (const auto& put : h.puts) {
      EXPECT_EQ(put.level, Level::softirq);
      EXPECT_LT(put.at % 4_ms, 100_us);
    }
    return h.interrupts;
  };
  EXPECT_EQ(interrupts(1000), interrupts(0));
}

TEST(Holders, AFullReceiveBufferDropsInTheSoftirqThatReceives) {
  HolderParams params;
  params.rcvbuf_frames = 3;
  HoldersBench h(params, 1_ms);
  const auto receive = [&](int frames) {
    h.b.cpus.on_softirq(SoftirqKind::net_rx, [&h, frames] {
      for (int i = 0; i < frames; ++i) h.holders->take(h.b.pages.alloc(0, -1), 0);
    });
    h.b.irq(0, [&] { h.b.cpus[0].raise_softirq(SoftirqKind::net_rx); });
  };
  h.b.at(1_ms, [&] { receive(5); });
  h.b.at(1500_us, [&] {
    EXPECT_EQ(h.holders->socket_drops(), 2u);
    EXPECT_EQ(h.holders->holding(), 3u);
    ASSERT_EQ(h.puts.size(), 2u);
    for (const auto& put : h.puts) EXPECT_EQ(put.level, Level::softirq);
    for (const auto& put : h.puts) EXPECT_EQ(put.cpu, 0u);
  });
  h.b.at(5_ms, [&] { receive(3); });  // there is room again
  h.b.run(20_ms);
  EXPECT_EQ(h.holders->socket_drops(), 2u);
  EXPECT_EQ(h.puts.size(), 8u);
  EXPECT_EQ(h.holders->held(), 0u);
}

TEST(Holders, WithoutALimitNothingIsDropped) {
  HoldersBench h({}, 1_ms);
  h.hand_over(100, 1_ms, 1_us);
  h.b.run(50_ms);
  EXPECT_EQ(h.holders->socket_drops(), 0u);
  EXPECT_EQ(h.puts.size(), 100u);
}

}  // namespace
}  // namespace poolrace::models
