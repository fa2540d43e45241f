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
      {models::Kind::sync_after_unbind, "dma: sync for device, look up", "", 1, ""}};
  out.nearest.before[1] = 50 * ps_per_ms;
  out.nearest.longest_put = 100 * ps_per_us;
  out.longest_delay = ps_per_ms;
  return out;
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
  near.nearest.before[1] = 10 * ps_per_ms;  // others may come nearer
  EXPECT_FALSE(near.out_of_reach());
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
  other.orders.windows.push_back({models::Kind::double_unmap, "dma: unmap", "", 1, ""});
  EXPECT_FALSE(other.out_of_reach()) << "nobody measured how near that came";
  Rare another = early();
  another.orders.windows.push_back(
      {models::Kind::device_use_after_free, "dma: sync for device, look up", "", 1, ""});
  EXPECT_TRUE(another.out_of_reach()) << "a sync, too";
}

}  // namespace
}  // namespace poolrace::experiments
