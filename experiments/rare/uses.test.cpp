// SPDX-License-Identifier: MIT
// What lasts how long, and who keeps away from what.
#include "experiments/rare/uses.hpp"

#include <gtest/gtest.h>

#include "experiments/rare/sample.hpp"

namespace poolrace::experiments {
namespace {

using models::CpuMode;
using models::Event;

models::Seen cpu_in(CpuMode mode, std::uint32_t context, Ps at) {
  models::Seen out;
  out.mode = mode;
  out.context = context;
  out.at = at;
  return out;
}

// A tick of an idle CPU lasts until it has woken up, and there is no put; another's goes on as it has the CPU again.
TEST(Uses, InterruptionsAreOfBusyCpus) {
  constexpr std::uint32_t put = 1, irq = 2, other = 3, softirq = 4;
  UseWatcher watcher;
  watcher.see(cpu_in(CpuMode::task, put, 10));
  watcher.see(cpu_in(CpuMode::hardirq, irq, 20));
  watcher.see(cpu_in(CpuMode::softirq, softirq, 25));
  watcher.see(cpu_in(CpuMode::hardirq, irq, 30));
  watcher.see(cpu_in(CpuMode::softirq, softirq, 33));
  watcher.see(cpu_in(CpuMode::task, other, 40));
  watcher.see(cpu_in(CpuMode::task, put, 60));
  watcher.see(cpu_in(CpuMode::idle, models::no_context, 100));
  watcher.see(cpu_in(CpuMode::hardirq, irq, 200));
  watcher.see(cpu_in(CpuMode::idle, models::no_context, 900));
  EXPECT_EQ(watcher.interruptions(), (std::vector<Ps>{3, 40})) << "the softirq's, and the put's";
  models::Seen began;
  began.what = Event::wait_began;
  began.at = 1000;
  watcher.see(began);
  EXPECT_TRUE(watcher.interruptions().empty()) << "those before the teardown are no part of it";
}

TEST(Uses, OfVeryManyInterruptionsSomeAreTold) {
  UseWatcher watcher;
  for (Ps i = 1; i <= 1000; ++i) {
    watcher.see(cpu_in(CpuMode::task, 1, 10 * i));
    watcher.see(cpu_in(CpuMode::hardirq, 2, 10 * i + 1));
  }
  EXPECT_LE(watcher.interruptions().size(), 200u);
  EXPECT_GE(watcher.interruptions().size(), 100u);
}

// As many as are near keep away from it; of those that come evenly some come nearer.
TEST(Uses, AnEdgeIsWhereManyComeAndNoneNearer) {
  Edge edge, even, few;
  for (Ps run = 1; run <= 400; ++run) {
    edge.add(50'000 + 100 * run);
    even.add(50'000 * run);
    if (run <= 29) few.add(50'000 + run);
    few.add(ps_never);
  }
  EXPECT_TRUE(edge.sharp());
  EXPECT_FALSE(even.sharp());
  EXPECT_FALSE(few.sharp());
  edge.add(20'000);
  EXPECT_FALSE(edge.sharp()) << "one came nearer";
}

// Of ticks: as they were seen, with a few more of the longest.
TEST(Uses, TicksLastAsInterruptionsDid) {
  CommonOptions options;
  const Resolved resolved = resolve(options, {"scan-rcu"});
  Sampler sampler(options, resolved, "crash");
  ASSERT_EQ(sampler.delayers().size(), 1u) << "the tick alone";
  std::vector<Ps> seen(995, 350 * ps_per_ns);
  seen.push_back(5 * ps_per_us);
  seen.push_back(6 * ps_per_us);
  sampler.learn_ticks(seen);
  const DelayLaw& law = sampler.lasting(0);
  EXPECT_NEAR(law.share_longer(ps_per_us), 5e-3, 1e-4);
  EXPECT_NEAR(law.share_longer(6 * ps_per_us), 3e-3, 1e-4) << "three are longer than any";
  EXPECT_EQ(law.share_longer(12 * ps_per_us), 0);
  EXPECT_EQ(law.share_longer(300 * ps_per_ns), 1);
  sampler.learn_ticks({350 * ps_per_ns});
  EXPECT_EQ(sampler.lasting(0).share_longer(ps_per_s), 1) << "of few nothing is known";
}

}  // namespace
}  // namespace poolrace::experiments
