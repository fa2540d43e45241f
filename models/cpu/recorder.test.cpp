// SPDX-License-Identifier: MIT
// Watching a run changes nothing, keeps what its window asks for, and agrees with the CPUs' own
// books of their time.
#include "models/cpu/recorder.hpp"

#include <gtest/gtest.h>

#include <set>

#include "models/machine.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

Seen seen_at(Ps at, Event what, std::uint32_t who, std::uint64_t value, std::uint32_t context = 0) {
  Seen seen{what, who, value};
  seen.at = at;
  seen.context = context;
  return seen;
}

std::uint64_t stage(PageStage s) {
  return static_cast<std::uint64_t>(s);
}

TEST(Recorder, CountsPagesInFlight) {
  Recorder recorder(100);
  const std::uint64_t one_less = ~std::uint64_t{0};
  for (const Ps at : {10, 20, 110, 120}) recorder.see(seen_at(at, Event::in_flight, 0, 1));
  recorder.see(seen_at(130, Event::in_flight, 0, one_less));
  std::vector<std::uint64_t> counts;
  for (const Seen& seen : recorder.take()) counts.push_back(seen.value);
  EXPECT_EQ(counts, (std::vector<std::uint64_t>{2, 3, 4, 3}));
}

TEST(Recorder, ShowsFirstWhatStandsOpenWhereTheWindowBegins) {
  Recorder recorder(100, 200);
  recorder.see(seen_at(10, Event::page, 7, stage(PageStage::stack)));
  recorder.see(seen_at(20, Event::page, 8, stage(PageStage::stack)));
  recorder.see(seen_at(30, Event::page, 8, stage(PageStage::put)));
  recorder.see(seen_at(40, Event::page, 8, stage(PageStage::recycled)));
  recorder.see(seen_at(50, Event::dma_began, 9, 64));
  recorder.see(seen_at(60, Event::wait_began, 1, 0));
  recorder.see(seen_at(70, Event::wait_ended, 1, 0));
  recorder.see(seen_at(150, Event::dma_landed, 9, 64));
  recorder.see(seen_at(200, Event::page, 7, stage(PageStage::put)));
  recorder.see(seen_at(201, Event::page, 7, stage(PageStage::recycled)));
  std::vector<Ps> dates;
  for (const Seen& seen : recorder.take()) dates.push_back(seen.at);
  EXPECT_EQ(dates, (std::vector<Ps>{10, 50, 150, 200}));
}

TEST(Recorder, AWindowWithoutEventsStillShowsWhatStandsOpen) {
  Recorder recorder(100);
  recorder.see(seen_at(10, Event::page, 7, stage(PageStage::stack)));
  EXPECT_EQ(recorder.take().size(), 1u);
}

// CPU 1 puts a page into the ring; before that put returns, CPU 0 has taken and posted it again.
TEST(Recorder, APutThatReturnsLateDoesNotEndThePagesNextTrip) {
  Recorder recorder(100);
  recorder.see(seen_at(10, Event::page, 7, stage(PageStage::put), 1));
  recorder.see(seen_at(20, Event::page, 7, stage(PageStage::posted), 2));
  recorder.see(seen_at(30, Event::page, 7, stage(PageStage::recycled), 1));
  const auto seen = recorder.take();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].value, stage(PageStage::posted));
}

TEST(Recorder, AWatchedRunIsTheSameRun) {
  for (const char* variant : {"baseline", "scan", "scan-rcu", "xarray-fixed"})
    for (const Teardown teardown : {Teardown::remove, Teardown::resize}) {
      Parameters p = parameter_table().defaults().values;
      p.teardown = teardown;
      RunOptions options;
      options.variant = variant;
      options.run = 3;
      const RunResult alone = run_machine(p, options);
      Recorder recorder;
      options.watcher = &recorder;
      const RunResult watched = run_machine(p, options);
      EXPECT_EQ(alone.fingerprint, watched.fingerprint) << variant;
      EXPECT_EQ(alone.events, watched.events) << variant;
      EXPECT_EQ(alone.ties, watched.ties) << variant;
      EXPECT_EQ(alone.cpu_busy, watched.cpu_busy) << variant;
      EXPECT_GT(recorder.take().size(), 1000u) << variant;
    }
}

// The time in which somebody is shown to have a CPU is the time the CPU books as busy.
TEST(Recorder, ShowsEachCpuBusyForAsLongAsItIs) {
  TestBench b;
  Recorder recorder;
  b.cpus.watch(&recorder);
  for (CpuId cpu = 0; cpu < b.cpus.size(); ++cpu)
    b.cpus.spawn(cpu, "worker", [&b, cpu] {
      for (int i = 0; i < 40; ++i) {
        b.cpus.compute((700 + 90 * cpu) * ps_per_us);
        b.cpus.local_bh_disable();
        b.cpus[cpu].raise_softirq(SoftirqKind::net_rx);
        b.cpus.local_bh_enable();
        if (cpu == 1 && i % 10 == 0) b.rcu.synchronize(i % 20 == 0);
        b.cpus.sleep_until(b.world->now() + 300 * ps_per_us);
      }
      if (cpu == 0) b.world->stop();
    });
  b.world->run();
  std::vector<Ps> busy(b.cpus.size(), 0);
  std::vector<Seen> last(b.cpus.size());
  const auto add = [&](CpuId cpu, Ps until) {
    if (last[cpu].mode != CpuMode::idle) busy[cpu] += until - last[cpu].at;
  };
  bool waited = false;
  std::set<CpuMode> modes;
  for (const Seen& seen : recorder.take()) {
    waited = waited || seen.what == Event::wait_ended;
    if (seen.what != Event::cpu) continue;
    add(seen.who, seen.at);
    last[seen.who] = seen;
    modes.insert(seen.mode);
  }
  EXPECT_TRUE(waited);
  EXPECT_EQ(modes.size(), 4u);  // idle, task, softirq, hardirq
  for (CpuId cpu = 0; cpu < b.cpus.size(); ++cpu) {
    add(cpu, b.world->now());
    EXPECT_EQ(busy[cpu], b.cpus[cpu].busy()) << cpu;
    EXPECT_GT(busy[cpu], ps_per_ms) << cpu;
  }
}

}  // namespace
}  // namespace poolrace::models
