// SPDX-License-Identifier: MIT
// Each parameter reaches the field of its part that is meant, and no other.
#include "models/assembly.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "models/dma/dma.hpp"
#include "models/nic/driver.hpp"
#include "models/parameters.hpp"
#include "sim/errors.hpp"

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

TEST(Assembly, CoreTimesFollowTheClockAndOthersDoNot) {
  Parameters p = defaults();
  p.stated_clock_mhz = p.clock_mhz;
  const auto resolved = [](const Parameters& of) { return parameter_table().resolved(of); };
  EXPECT_EQ(resolved(at_clock(p)), resolved(p)) << "unset: nothing changes";
  EXPECT_EQ(resolved(at_clock(defaults())), resolved(defaults()));
  p.clock_mhz /= 2;
  const Parameters slow = at_clock(p);
  EXPECT_EQ(slow.atomic, 2 * p.atomic);
  EXPECT_EQ(slow.local_access, 2 * p.local_access);
  EXPECT_EQ(slow.driver_per_packet, 2 * p.driver_per_packet);
  EXPECT_EQ(slow.context_switch, 2 * p.context_switch);
  EXPECT_EQ(slow.line_transfer, p.line_transfer);
  EXPECT_EQ(slow.line_miss, p.line_miss);
  EXPECT_EQ(slow.iommu_map, p.iommu_map);
  EXPECT_EQ(slow.dma_read, p.dma_read);
  EXPECT_EQ(slow.coalesce_time, p.coalesce_time);
  EXPECT_EQ(slow.scan_per_page, p.scan_per_page);
  EXPECT_EQ(resolved(at_clock(slow)), resolved(slow)) << "once is enough";
}

TEST(Assembly, QueuesOnAnotherSocketThanTheNicAreFarFromIt) {
  Parameters p = defaults();
  p.cpus = 8;
  p.cores_per_socket = 4;
  p.queues = 8;
  p.napi_cpu = 2;
  p.nic_socket = 1;
  p.dma_remote = 100;
  EXPECT_EQ(nic_params(p).remote_latency,
            (std::vector<Ps>{100, 100, 0, 0, 0, 0, 100, 100}));  // on CPUs 2 to 7, 0 and 1
  p.nic_socket = 2;
  EXPECT_THROW(check_together(p), ConfigError);
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
