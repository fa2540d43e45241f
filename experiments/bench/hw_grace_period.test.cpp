// SPDX-License-Identifier: MIT
#include "experiments/bench/hw_grace_period.hpp"

#include <gtest/gtest.h>

#include "experiments/bench/hw.hpp"
#include "experiments/statistics/statistics.hpp"

namespace poolrace::experiments {
namespace {

models::Parameters at_hz(std::int64_t hz) {
  models::Parameters p = HwRequest{"x86-server", {{"cpus", "4"}}, 1}.machine();
  p.hz = hz;
  return p;
}

TEST(HwGracePeriod, AFasterTickEndsIdleOnesSooner) {
  Ps before = ps_never;
  for (const std::int64_t hz : {100, 250, 1000}) {
    const Ps now = *median(grace_periods(at_hz(hz), OtherWork::none, false, 20));
    EXPECT_LT(now, before) << hz;
    before = now;
  }
}

TEST(HwGracePeriod, ExpeditedOnesAreShorterUnderEveryLoad) {
  for (const OtherWork work : {OtherWork::none, OtherWork::napi_flood, OtherWork::hogs}) {
    const Ps normal = *median(grace_periods(at_hz(250), work, false, 10));
    const Ps expedited = *median(grace_periods(at_hz(250), work, true, 10));
    EXPECT_LT(expedited, normal);
    EXPECT_GT(expedited, 0);
  }
}

// Where every CPU has something to do, callbacks wait for ticks that the task itself does not.  On an
// idle machine it may be the other way round: callbacks keep their CPU's tick.
TEST(HwGracePeriod, OfBusyCpusWakingDirectlyIsSooner) {
  models::Parameters p = at_hz(250);
  const Ps by_callback = *median(grace_periods(p, OtherWork::hogs, false, 20));
  p.rcu_wake_directly = true;
  EXPECT_LT(*median(grace_periods(p, OtherWork::hogs, false, 20)), by_callback);
}

TEST(HwGracePeriod, CallsRepeatExactly) {
  EXPECT_EQ(grace_periods(at_hz(1000), OtherWork::hogs, false, 5),
            grace_periods(at_hz(1000), OtherWork::hogs, false, 5));
}

}  // namespace
}  // namespace poolrace::experiments
