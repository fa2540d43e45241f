// SPDX-License-Identifier: MIT
// The end of the driver's life in its two orders, and unregister that waits (page_pool.md, W4, W6).
#include <gtest/gtest.h>

#include <algorithm>

#include "models/machine.hpp"

namespace poolrace::models {
namespace {

using Words = std::vector<std::pair<std::string, std::string>>;

RunResult run_with(const std::string& variant, const Words& words, std::uint64_t run = 0) {
  auto settings = parameter_table().defaults();
  for (const auto& [name, value] : words) parameter_table().set(settings, name, value, "test");
  RunOptions options;
  options.variant = variant;
  options.run = run;
  options.keep_records = 1'000'000;
  return run_machine(settings.values, options);
}

// Pages that come back while unregister waits: thirty in flight, each for thirty seconds.
Words lingering() {
  return {{"hold", "constant"},
          {"hold_median_us", "30000000"},
          {"load_mpps", "0.000001"},
          {"horizon_s", "100"},
          {"removal_delay_us", "0"}};
}

TEST(Unregister, OfAHookedPoolWaitsForItsPagesUnderStall) {
  Words hooked = lingering();
  hooked.emplace_back("netdev_hooked", "true");
  const RunResult waited = run_with("stall", hooked);
  ASSERT_GT(waited.in_flight_at_destroy, 10u);
  EXPECT_FALSE(waited.crashed);
  // The last page is 30 s old at most; then the worker's second and the rebroadcast's.
  EXPECT_GT(waited.teardown, 20 * ps_per_s);
  EXPECT_LT(waited.teardown, 33 * ps_per_s);
  EXPECT_TRUE(run_with("baseline", hooked).crashed);
  EXPECT_TRUE(run_with("stall", lingering()).crashed) << "a pool without a netdev is no one's";
}

// One page held 30 s: unregister comes with the removal, and waits for what is left of that.
TEST(Unregister, BeginsWithTheRemoval) {
  for (const auto& [delay_us, waits_s] : {std::pair{"0", 30}, {"5000000", 25}, {"20000000", 10}}) {
    const RunResult one = run_with("stall", {{"hold", "constant"},
                                             {"hold_median_us", "30000000"},
                                             {"in_flight_pages", "1"},
                                             {"load_mpps", "0"},
                                             {"removal_delay_us", delay_us},
                                             {"netdev_hooked", "true"}});
    EXPECT_FALSE(one.crashed);
    EXPECT_GT(one.teardown, waits_s * ps_per_s - ps_per_s / 2) << delay_us;
    EXPECT_LT(one.teardown, waits_s * ps_per_s + 5 * ps_per_s / 2) << delay_us;
  }
}

TEST(Unregister, ThatWaitsForAPageThatNeverComesIsAStall) {
  Words hooked = lingering();
  hooked.back() = {"netdev_hooked", "true"};
  hooked[1] = {"hold_median_us", "600000000"};
  const RunResult stuck = run_with("stall", hooked);
  EXPECT_TRUE(stuck.stalled);
  EXPECT_FALSE(stuck.crashed);
  EXPECT_EQ(stuck.teardown, ps_never);
}

std::vector<std::string> order_of(const RunResult& result) {
  std::vector<std::string> out;
  for (const sim::Record& record : result.records)
    for (const char* key : {"netif_napi_del: synchronize_net", "destroy: drop user_cnt",
                            "unregister: synchronize_net", "unbind: driver = NULL"})
      if (std::string_view(record.text) == key && (out.empty() || out.back() != key))
        out.emplace_back(key);
  return out;
}

TEST(DriverOrder, PutsTheGracePeriodsBehindThePoolsOrBefore) {
  const Words quick = {
      {"removal_delay_us", "0"}, {"horizon_s", "0.01"}, {"iommu", "none"}, {"queues", "2"}};
  using Order = std::vector<std::string>;
  EXPECT_EQ(order_of(run_with("scan-rcu", quick)),
            (Order{"destroy: drop user_cnt", "netif_napi_del: synchronize_net",
                   "unregister: synchronize_net", "unbind: driver = NULL"}));
  Words hns3 = quick;
  hns3.emplace_back("driver_order", "hns3");
  EXPECT_EQ(order_of(run_with("scan-rcu", hns3)),
            (Order{"unregister: synchronize_net", "netif_napi_del: synchronize_net",
                   "destroy: drop user_cnt", "unbind: driver = NULL"}));
}

// Its interface goes down and up without an end of the pools.
TEST(DriverOrder, Hns3KeepsItsPoolsOverDownAndUp) {
  const Words cycled = {{"cycles", "3"},
                        {"horizon_s", "2"},
                        {"hold", "constant"},
                        {"hold_median_us", "100"},
                        {"load_mpps", "0.05"}};
  const auto destroys = [](const RunResult& result) {
    return std::count_if(result.records.begin(), result.records.end(), [](const auto& record) {
      return std::string_view(record.text) == "destroy: drop user_cnt";
    });
  };
  EXPECT_EQ(destroys(run_with("baseline", cycled)), 4);
  Words hns3 = cycled;
  hns3.emplace_back("driver_order", "hns3");
  const RunResult kept = run_with("baseline", hns3);
  EXPECT_EQ(destroys(kept), 1);
  EXPECT_GT(kept.all_packets, 100u) << "it receives again";
}

TEST(IommuGeneration, AfterRemovalALateUnmapIsSilentFromV6_15On) {
  Words words = lingering();
  words.emplace_back("coherent", "true");  // no syncs: the unmap is the first to come too late
  words.emplace_back();
  const auto unmaps = [&words](const char* generation, const char* variant) {
    words.back() = {"iommu_generation", generation};
    const RunResult result = run_with(variant, words);
    EXPECT_GT(result.kinds[static_cast<std::size_t>(Kind::unmap_after_unbind)].misuse, 0u);
    return result;
  };
  EXPECT_TRUE(unmaps("v6.14", "baseline").crashed);
  const RunResult silent = unmaps("v6.15", "baseline");  // holds the struct
  EXPECT_EQ(silent.kinds[static_cast<std::size_t>(Kind::unmap_after_unbind)].harm, 0u);
}

}  // namespace
}  // namespace poolrace::models
