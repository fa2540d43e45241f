// SPDX-License-Identifier: MIT
// Each parameter reaches the field of its part that is meant, and no other.
#include "models/assembly.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "models/dma/dma.hpp"
#include "models/nic/driver.hpp"
#include "models/parameters.hpp"

namespace poolrace::models {
namespace {

Parameters defaults() {
  return parameter_table().defaults().values;
}

TEST(Assembly, EachFlagOfTheDmaApiIsItsOwn) {
  const auto flags = [](const Parameters& p) {
    const DmaParams d = dma_params(p);
    return std::vector<bool>{d.dma_debug, d.swiotlb, d.ram_at_zero, d.ops_cleared_on_unbind,
                             d.bidirectional};
  };
  bool Parameters::*const members[] = {&Parameters::dma_debug, &Parameters::swiotlb,
                                       &Parameters::ram_at_zero,
                                       &Parameters::ops_cleared_on_unbind};
  EXPECT_EQ(flags(defaults()), std::vector<bool>(5, false));
  for (std::size_t i = 0; i < std::size(members); ++i) {
    Parameters p = defaults();
    p.*members[i] = true;
    std::vector<bool> expected(5, false);
    expected[i] = true;
    EXPECT_EQ(flags(p), expected);
  }
  Parameters tx = defaults();
  tx.rx_action = RxAction::tx;
  EXPECT_EQ(flags(tx), (std::vector<bool>{false, false, false, false, true}));
}

TEST(Assembly, TheDriverGetsWhatItsScenarioSays) {
  Parameters p = defaults();
  p.queues = 3;
  p.ring = 77;
  p.cycles = 2;
  p.napi_weight = 8;
  p.netdev_budget = 9;
  p.rx_stopped = false;
  p.teardown = Teardown::unbind;
  p.removal_delay = 5;
  const DriverParams d = driver_params(p, {.name = "", .help = "", .stalls_unregister = true});
  EXPECT_TRUE(d.stalls_unregister);
  EXPECT_EQ(d.queues, 3u);
  EXPECT_EQ(d.ring, 77u);
  EXPECT_EQ(d.cycles, 2u);
  EXPECT_EQ(d.napi_weight, 8);
  EXPECT_EQ(d.netdev_budget, 9);
  EXPECT_FALSE(d.rx_stopped);
  EXPECT_TRUE(d.napi_quiesced);
  EXPECT_TRUE(d.rtnl_held);
  EXPECT_EQ(d.teardown, Teardown::unbind);
  EXPECT_EQ(d.removal_delay, 5);
  EXPECT_EQ(d.evict_mean, p.evict_mean);
}

}  // namespace
}  // namespace poolrace::models
