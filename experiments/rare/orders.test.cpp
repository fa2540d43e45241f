// SPDX-License-Identifier: MIT
// A reason for a none must go where what makes it is taken away.
#include "experiments/rare/orders.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "experiments/rare/rare.hpp"
#include "models/explore/retell.hpp"
#include "models/explore/schedule_string.hpp"

namespace poolrace::experiments {
namespace {

// The default one, with a parameter more.
models::Parameters machine(const std::string& name = "coherent",
                           const std::string& value = "false") {
  CommonOptions options;
  options.settings = {{name, value}};
  return resolve(options, {}).values();
}

TEST(Orders, AWindowIsAnOrderThatDoesIt) {
  const Orders found = find_orders("scan-rcu", machine(), WantedHarm("crash"), 2);
  EXPECT_FALSE(found.none());
  EXPECT_EQ(found.complete, found.programs);
  ASSERT_FALSE(found.windows.empty());
  const Orders::Window& first = found.windows.front();
  EXPECT_EQ(first.kind, models::Kind::sync_after_unmap);
  EXPECT_EQ(first.site, "dma: sync for device, look up");
  EXPECT_EQ(first.ready_at, "ring: publish page") << "before it destroy waits for the page";
  EXPECT_EQ(first.held_up_at, first.site);
  const models::ScheduledTask back = models::parse_schedule_string(first.replay);
  const auto seen = models::retell(back.task, back.schedule).execution.violations;
  EXPECT_TRUE(std::any_of(seen.begin(), seen.end(), [&](const models::Violation& v) {
    return v.kind == first.kind && v.site == first.site;
  }));
}

TEST(Orders, NoneIsOfTheFixAndOfADeviceThatSnoops) {
  const WantedHarm late_sync("sync-after-unmap");
  EXPECT_TRUE(find_orders("xarray-fixed", machine(), late_sync, 2).none());
  EXPECT_FALSE(find_orders("xarray-v1", machine(), late_sync, 2).none());
  const models::Parameters snoops = machine("coherent", "true");
  EXPECT_TRUE(find_orders("scan-rcu", snoops, WantedHarm("crash"), 2).none());
}

TEST(Orders, NobodyPutsInBulkAndFewInFragments) {
  const WantedHarm late_count("pool-use-after-free");
  const Orders found = find_orders("xarray-fixed", machine(), late_count, 2);
  EXPECT_TRUE(found.none()) << "two pages of one bulk put alone do it";
  const Orders fragments =
      find_orders("xarray-fixed", machine("rx_buffer_bytes", "2048"), late_count, 2);
  EXPECT_GT(fragments.programs, found.programs);
}

// Only what the machine does: a device that is not removed is not unbound too early.
TEST(Orders, ProgramsDoWhatTheMachineDoes) {
  const WantedHarm unbound("unmap-after-unbind");
  const Orders removed = find_orders("xarray-fixed", machine(), unbound, 2);
  const Orders kept = find_orders("xarray-fixed", machine("teardown", "destroy"), unbound, 2);
  const Orders runs_on = find_orders("xarray-fixed", machine("teardown", "none"), unbound, 2);
  EXPECT_FALSE(removed.none());
  EXPECT_TRUE(kept.none());
  EXPECT_LT(kept.programs, removed.programs);
  EXPECT_LT(runs_on.programs, kept.programs);
  EXPECT_GT(runs_on.programs, 0);
}

// The programs do not do it, nor what these machines do.
TEST(Orders, IsNoReasonWhereProgramsAreUnlikeTheMachine) {
  const WantedHarm crash("crash");
  for (const auto& [name, value] :
       {std::pair{"rx_stopped", "false"}, std::pair{"napi_quiesced", "false"},
        std::pair{"hw_stop_lag_us", "2000"}, std::pair{"queues", "2"}}) {
    const Orders found = find_orders("wait", machine(name, value), crash, 2);
    EXPECT_EQ(found.harm, 0) << name;
    EXPECT_FALSE(found.none()) << name;
    EXPECT_FALSE(found.unlike.empty()) << name;
  }
  EXPECT_TRUE(find_orders("wait", machine(), crash, 2).none());
  EXPECT_FALSE(find_orders("wait", machine(), WantedHarm("leak"), 2).none());
  EXPECT_FALSE(find_orders("stall", machine(), crash, 2).none()) << "nobody told the pool";
  EXPECT_TRUE(find_orders("stall", machine("netdev_hooked", "true"), crash, 2).none());
}

// The reason taken away: the same runs come to the harm with a put brought to the worst moment and held up for
// as short as was told there, not without that, and not as they are.
TEST(OrdersSlow, AHoldUpMakesTheHarmAppear) {
  for (const auto& [variant, kind] :
       {std::pair{"xarray-v1", "sync-after-unmap"}, std::pair{"scan-rcu", "crash"},
        std::pair{"wait", "pool-use-after-free"}, std::pair{"xarray", "pool-use-after-free"}}) {
    CommonOptions options;
    const Resolved resolved = resolve(options, {variant});
    const WantedHarm wanted(kind);
    const Sampler sampler(options, resolved, kind);
    const Orders orders = find_orders(variant, resolved.values(), wanted, 2);
    ASSERT_FALSE(orders.windows.empty());
    const Orders::Window& window = orders.windows.front();
    int harmed = 0;
    for (int run = 0; run < 12; ++run) {
      const FoundHoldUp found = shortest_hold_up(sampler, run, window);
      if (found.by.empty()) continue;
      ++harmed;
      models::RunOptions held = sampler.run(run);
      EXPECT_EQ(wanted.in(models::run_machine(resolved.values(), held)), nullptr) << variant;
      held.hold_ups = found.by;
      EXPECT_NE(wanted.in(models::run_machine(resolved.values(), held)), nullptr) << variant;
      held.hold_ups.back().length = 0;
      if (found.length <= 2 * ps_per_ns) continue;
      EXPECT_EQ(wanted.in(models::run_machine(resolved.values(), held)), nullptr) << variant;
    }
    EXPECT_GE(harmed, 3) << variant;
  }
}

// A put that destroy just still sees syncs its page 20 ns too early, and what puts take varies by more; one
// that is to be too late for the fix would have to be held up for microseconds.
TEST(OrdersSlow, WhatIsRareIsNotOutOfReach) {
  const auto brought = [](const char* variant) {
    CommonOptions options;
    const Resolved resolved = resolve(options, {variant});
    const Sampler sampler(options, resolved, "sync-after-unmap");
    const Orders orders =
        find_orders(variant, resolved.values(), WantedHarm("sync-after-unmap"), 2);
    HoldUps out;
    for (int run = 0; run < 60; ++run)
      out.add(shortest_hold_up(sampler, run, orders.windows.front()));
    return out;
  };
  const HoldUps rare = brought("scan-rcu"), never = brought("xarray-v1");
  EXPECT_FALSE(rare.out_of_reach(0)) << "8 in a million";
  EXPECT_LT(rare.shortest, 30 * ps_per_ns);
  EXPECT_TRUE(never.out_of_reach(350 * ps_per_ns));
  EXPECT_GT(never.shortest, 5 * ps_per_us);
}

TEST(Orders, OutOfReachIsFarMoreThanPutsVary) {
  const FoundHoldUp found{{}, 300, 10, 1, 61};
  HoldUps h;
  for (int i = 0; i < 30; ++i) h.add(found);
  EXPECT_TRUE(h.out_of_reach(100));
  EXPECT_FALSE(h.out_of_reach(150)) << "so long a delay, and puts that vary";
  h.add({{}, 170, 10, 1, 61});
  EXPECT_FALSE(h.out_of_reach(0)) << "the least of all";
  HoldUps few;
  few.add(found);
  EXPECT_FALSE(few.out_of_reach(0));
  HoldUps unharmed;
  for (int i = 0; i < 300; ++i) unharmed.add({{}, ps_never, 3, 1, 2});
  EXPECT_FALSE(unharmed.out_of_reach(0)) << "puts came, and nobody knows what it would take";
  for (int i = 0; i < 300; ++i) unharmed.add({{}, ps_never, 3, 1, 2, 1});
  EXPECT_TRUE(unharmed.out_of_reach(ps_per_s)) << "nothing comes of it";
  HoldUps deserted;
  for (int i = 0; i < 300; ++i) deserted.add({});
  EXPECT_TRUE(deserted.out_of_reach(ps_per_s)) << "no put comes there";
}

// What plain runs show is not said to have no order.
TEST(OrdersSlow, WhatPlainRunsShowHasAnOrder) {
  for (const char* scenario : {"seed-race", "unbind", "vf-cycling", "ring-resize"})
    for (const std::string& variant : variant_names()) {
      CommonOptions options;
      options.scenario = scenario;
      const Resolved resolved = resolve(options, {});
      std::set<models::Kind> harm;
      for (int run = 0; run < 6; ++run)
        for (const auto& v :
             models::run_machine(resolved.values(), run_options(options, variant, run)).violations)
          if (v.harm == models::Harm::crash || v.harm == models::Harm::corruption)
            harm.insert(v.kind);
      for (const models::Kind kind : harm) {
        const WantedHarm wanted(pool::kind_name(kind));
        EXPECT_FALSE(find_orders(variant, resolved.values(), wanted, 2).none())
            << scenario << " " << variant << " " << pool::kind_name(kind);
      }
    }
}

// 50 ms before the device is gone, of puts of 100 us.
Rare early() {
  Rare out;
  out.samples = samples_with_reason;
  out.orders.programs = out.orders.complete = 2;
  out.orders.harm = 1;
  out.orders.windows = {
      {models::Kind::sync_after_unbind, "dma: sync for device, look up", "", "", "", true, 1, ""}};
  out.nearest.before[sync_of_gone] = 50 * ps_per_ms;
  for (int run = 0; run < 40; ++run) out.edges[sync_of_gone].add((50 + run % 7) * ps_per_ms);
  out.nearest.longest_put = 100 * ps_per_us;
  out.longest_delay = ps_per_ms;
  return out;
}

// Puts of 2 us, thefts of up to 100 ms of which a billionth of a run's falls into one.
Rare stolen() {
  Rare rare = early();
  rare.longest_delay = 100 * ps_per_ms;
  rare.nearest.longest_undelayed = 2 * ps_per_us;
  rare.channels.resize(1);
  rare.channels[0].delay = "theft of the CPU";
  rare.channels[0].runs = samples_with_reason;
  rare.channels[0].largest = 1;
  for (int i = 0; i < samples_with_reason; ++i) {
    rare.channels[0].exposure.add(1e-9);
    rare.channels[0].weighed.add(0);
  }
  return rare;
}

TEST(Orders, TooRareIsWhatLongDelaysHardlyEverMeet) {
  const Rare rare = stolen();
  EXPECT_FALSE(rare.out_of_reach());
  EXPECT_TRUE(rare.too_rare());
  EXPECT_NEAR(rare.at_most(), 1e-9, 1e-12);
  Rare often = stolen();
  often.channels[0].exposure.add(1e-3);
  EXPECT_FALSE(often.too_rare()) << "one run that is exposed as much says that nobody knows";
  Rare unseen = stolen();
  unseen.channels[0].per_ps = 1e-12;
  unseen.channels[0].mean_length = static_cast<double>(50 * ps_per_ms);
  unseen.stretch.add(100 * ps_per_us);
  EXPECT_FALSE(unseen.too_rare()) << "one may come where these runs had none";
  Rare unknown = stolen();
  unknown.channels[0].exposure = {};
  EXPECT_FALSE(unknown.too_rare()) << "of plain runs alone nothing is known";
  Rare another = stolen();
  another.channels.push_back(unknown.channels[0]);
  EXPECT_FALSE(another.too_rare());
  Rare near = stolen();
  near.nearest.longest_undelayed = 2 * ps_per_ms;
  EXPECT_FALSE(near.too_rare()) << "it may come without a delay";
  Rare hit = stolen();
  hit.channels[0].hits = 1;
  EXPECT_TRUE(hit.too_rare()) << "hits of delays that are hardly ever met";
  EXPECT_FALSE(hit.out_of_reach() || hit.no_order());
  Rare undelayed = hit;
  undelayed.channels.resize(2);
  undelayed.channels[1].delay = no_delay;
  EXPECT_TRUE(undelayed.too_rare());
  undelayed.channels[1].hits = 1;
  EXPECT_FALSE(undelayed.reasoned_none());
  Rare plain = hit;
  plain.plain_hits = 1;
  EXPECT_FALSE(plain.reasoned_none());
  Rare elsewhere = hit;
  elsewhere.channels[0].outside = 1;
  EXPECT_FALSE(elsewhere.reasoned_none());
  Rare unexpected = hit;
  unexpected.channels[0].unexpected = 1;
  EXPECT_FALSE(unexpected.reasoned_none()) << "the explorer is wrong about where it matters";
  Rare heavy = hit;
  heavy.channels[0].weighed.add(1e-3);
  EXPECT_FALSE(heavy.too_rare()) << "its own hits weigh more than its bound";
}

TEST(Orders, AnotherCrashIsAReasonOnlyWhereItAlwaysComes) {
  Rare rare = early();
  rare.ended_otherwise = rare.samples;
  EXPECT_TRUE(rare.ends_before());
  rare.ended_otherwise = rare.samples - 1;
  EXPECT_FALSE(rare.reasoned_none());
  rare.ended_otherwise = rare.samples = samples_with_reason - 1;
  EXPECT_FALSE(rare.reasoned_none());
}

// A walk that comes too late for a page which a put gives back, and no put does.
TEST(Orders, AWalkIsLateOnlyForWhatIsGivenBack) {
  Rare rare = early();
  rare.orders.windows = {{models::Kind::tracker_corruption, "items_unmap: read page",
                          "the item was given back", "", "", false, 1, ""}};
  rare.nearest.late_puts = late_puts_with_reason;
  rare.ring_slots = 1024;
  rare.nearest.most_in_flight = 640;
  for (int run = 0; run < 40; ++run) rare.edge_of_room.add(run == 0 ? 384 : 448);
  EXPECT_TRUE(rare.out_of_reach());
  Rare fuller = rare;
  fuller.edge_of_room = {};
  for (int run = 0; run < 40; ++run) fuller.edge_of_room.add(10 * (run + 1));
  EXPECT_FALSE(fuller.reasoned_none()) << "another run's ring may be full";
  Rare full = rare;
  full.nearest.most_in_flight = 1024;
  EXPECT_FALSE(full.reasoned_none());
  Rare given_back = rare;
  given_back.nearest.late_returns = 1;
  EXPECT_FALSE(given_back.reasoned_none());
  Rare before = rare;
  before.nearest.before[return_of_walked] = 10 * ps_per_us;
  EXPECT_FALSE(before.out_of_reach()) << "a delay may hold it up until then";
  Rare few = rare;
  few.nearest.late_puts = late_puts_with_reason - 1;
  EXPECT_FALSE(few.reasoned_none());
  Rare other = rare;
  other.orders.windows.front().ended_by = "page_pool_destroy: kfree";
  EXPECT_FALSE(other.reasoned_none()) << "puts that give back are no part of that";
  Rare puts_too = rare;
  puts_too.orders.windows.push_back(early().orders.windows.front());
  EXPECT_TRUE(puts_too.out_of_reach());
  puts_too.nearest.before[sync_of_gone] = ps_per_us;
  EXPECT_FALSE(puts_too.out_of_reach());
}

TEST(Orders, OutOfReachIsWhatNoDelayBridges) {
  EXPECT_TRUE(early().out_of_reach());
  Rare delayed = early();
  delayed.longest_delay = 100 * ps_per_ms;
  EXPECT_FALSE(delayed.out_of_reach());
  Rare few = early();
  few.samples = samples_with_reason - 1;
  EXPECT_FALSE(few.out_of_reach());
  Rare near = early();
  near.nearest.before[sync_of_gone] = 10 * ps_per_ms;  // others may come nearer
  EXPECT_FALSE(near.out_of_reach());
  Rare even = early();
  even.edges[sync_of_gone] = {};
  for (int run = 1; run <= 400; ++run) even.edges[sync_of_gone].add(run * 50 * ps_per_ms);
  EXPECT_FALSE(even.out_of_reach()) << "they come evenly, and the next may come nearer";
  Rare crashes = early();
  crashes.ended_otherwise = samples_with_reason / 2;
  EXPECT_FALSE(crashes.out_of_reach()) << "who has crashed comes near nothing more";
  Rare hit = early();
  hit.plain_hits = 1;
  EXPECT_FALSE(hit.out_of_reach());
  EXPECT_FALSE(hit.reasoned_none());
  Rare unfinished = early();
  unfinished.orders.complete = 1;
  EXPECT_FALSE(unfinished.out_of_reach());
  Rare other = early();
  other.orders.windows.push_back(
      {models::Kind::double_unmap, "dma: unmap", "", "", "", true, 1, ""});
  EXPECT_FALSE(other.out_of_reach()) << "nobody measured how near that came";
  Rare another = early();
  another.orders.windows.push_back({models::Kind::device_use_after_free,
                                    "dma: sync for device, look up", "", "", "", true, 1, ""});
  EXPECT_TRUE(another.out_of_reach()) << "a sync, too";
}

}  // namespace
}  // namespace poolrace::experiments
