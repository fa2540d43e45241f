// SPDX-License-Identifier: MIT
// What decides a run: seed, run and the values that somebody reads.  Draws do not depend on
// parameters, so a new one at its neutral default moves nothing, and points of a sweep are pairs.
#include "models/machine.hpp"

#include <gtest/gtest.h>

#include <string>

#include "models/test_run.hpp"

namespace poolrace::models {
namespace {

RunResult run_with(const std::string& name, const std::string& value, std::uint64_t seed = 1) {
  auto settings = parameter_table().defaults();
  for (const auto& [key, text] : {std::pair{"hold", "exponential"},
                                  {"hold_median_us", "300"},
                                  {"horizon_s", "3"},
                                  {"iommu", "none"}})
    parameter_table().set(settings, key, text, "test");
  parameter_table().set(settings, name, value, "test");
  RunOptions options;
  options.variant = "scan-rcu";
  options.seed = seed;
  return run_machine(settings.values, options);
}

TEST(Machine, RunsWithMoreThan64Cpus) {
  const RunResult r = run_of({{"cpus", "128"},
                              {"cores_per_socket", "128"},
                              {"app_first_cpu", "120"},
                              {"napi_cpu", "100"},
                              {"destroy_cpu", "127"},
                              {"teardown", "none"},
                              {"load_mpps", "0.05"}});
  EXPECT_GT(r.packets, 500u);
  EXPECT_FALSE(r.crashed || r.corrupted || r.leaked || r.stalled);
}

TEST(MachineRun, AParameterThatNobodyReadsMovesNothing) {
  // Without an IOMMU nobody asks what a mapping costs: such a parameter is as good as a new one.
  const RunResult one = run_with("iommu_map_ns", "100"), other = run_with("iommu_map_ns", "900");
  EXPECT_EQ(one.fingerprint, other.fingerprint);
  EXPECT_NE(one.fingerprint, run_with("iommu_map_ns", "100", 2).fingerprint);
}

TEST(MachineRun, PointsOfASweepSeeTheSameTraffic) {
  const RunResult one = run_with("scan_per_page_ns", "2"),
                  other = run_with("scan_per_page_ns", "9");
  EXPECT_NE(one.fingerprint, other.fingerprint);
  EXPECT_EQ(one.in_flight_at_start, other.in_flight_at_start);
  EXPECT_EQ(one.in_flight_at_destroy, other.in_flight_at_destroy);
  EXPECT_NE(one.in_flight_at_destroy, run_with("scan_per_page_ns", "2", 2).in_flight_at_destroy);
}

RunResult one_page(const char* hold_s, const char* horizon_s) {
  return run_of({{"hold", "constant"},
                 {"hold_median_us", hold_s},
                 {"in_flight_pages", "1"},
                 {"load_mpps", "0"},
                 {"horizon_s", horizon_s},
                 {"removal_delay_us", "5000000"}});
}

TEST(MachineRun, OnePageIsHeldForThirtySeconds) {
  const RunResult r = one_page("30000000", "0");
  EXPECT_EQ(r.in_flight_at_start, 1u);
  EXPECT_EQ(r.in_flight_at_destroy, 1u);
  EXPECT_EQ(r.all_packets, 0u);
  EXPECT_EQ(r.still_out, 0u) << "the horizon covers the hold";
  EXPECT_GT(r.simulated, 30 * ps_per_s);
  EXPECT_LT(r.simulated, 33 * ps_per_s);
}

TEST(MachineRun, EndedWithAPageStillOut) {
  const RunResult r = one_page("30000000", "12");
  EXPECT_EQ(r.still_out, 1u);
  EXPECT_LT(r.simulated, 18 * ps_per_s);
}

// 20 frames a second and holds of 100 ms: two pages, always.
TEST(MachineRun, BeginsWithWhatAClockLeaves) {
  auto settings = parameter_table().defaults();
  for (const auto& [key, text] : {std::pair{"hold", "constant"},
                                  {"hold_median_us", "100000"},
                                  {"traffic", "cbr"},
                                  {"load_mpps", "0.00002"},
                                  {"horizon_s", "1"}})
    parameter_table().set(settings, key, text, "test");
  for (std::uint64_t run = 0; run < 20; ++run) {
    RunOptions options;
    options.variant = "xarray-fixed";
    options.run = run;
    const RunResult r = run_machine(settings.values, options);
    EXPECT_EQ(r.in_flight_at_start, 2u);
    for (const double each : r.exposure) EXPECT_LT(each, 0) << "no estimate: it is not Poisson";
  }
}

// A destroy that waits for a page that is stuck: the interface is down for two minutes, and what is
// sent to it meanwhile costs next to nothing.
TEST(MachineRun, AnInterfaceThatStaysDownCostsNoEvents) {
  const RunResult r = run_of({{"hold", "constant"},
                              {"hold_median_us", "200000000"},
                              {"in_flight_pages", "1"},
                              {"teardown", "destroy"},
                              {"horizon_s", "2"}},
                             {}, "wait");
  EXPECT_TRUE(r.stalled);
  EXPECT_GT(r.simulated, 100 * ps_per_s);
  EXPECT_LT(r.events, 1'000'000U);
}

// A tracker that is full: no more pages are out than it can hold, and that is no error of ours.
TEST(MachineRun, ATrackerThatIsFullRuns) {
  auto settings = parameter_table().defaults();
  for (const auto& [key, text] : {std::pair{"load_mpps", "0.5"},
                                  {"frame_bytes", "64"},
                                  {"hold", "constant"},
                                  {"hold_median_us", "20000"},
                                  {"horizon_s", "1"},
                                  {"warmup_us", "0"}})
    parameter_table().set(settings, key, text, "test");
  RunOptions options;
  for (const char* variant : {"items-v2", "items-v3"}) {
    options.variant = variant;
    EXPECT_GT(run_machine(settings.values, options).in_flight_at_start, 0U) << variant;
  }
}

// The other NIC keeps a ring of frames when the traffic has ended, until it goes down itself.
TEST(MachineRun, RedirectedFramesStayInTheOtherRing) {
  const RunResult kept =
      run_of({{"rx_action", "redirect"}, {"redirect_ring", "50"}, {"horizon_s", "3"}});
  EXPECT_EQ(kept.in_flight_at_destroy, 50u);
  EXPECT_EQ(kept.still_out, 50u);
  for (const double each : kept.exposure)
    EXPECT_LT(each, 0) << "no estimate: a ring is not Poisson";
  const RunResult emptied = run_of({{"rx_action", "redirect"},
                                    {"redirect_ring", "50"},
                                    {"redirect_release_us", "1500000"},
                                    {"horizon_s", "3"}});
  EXPECT_EQ(emptied.in_flight_at_destroy, 50u);
  EXPECT_EQ(emptied.still_out, 0u);
  const RunResult lost = run_of(
      {{"rx_action", "redirect"}, {"redirect_ring", "50"}, {"horizon_s", "3"}}, {"lose-put"});
  EXPECT_TRUE(lost.idle_faults.empty()) << "a page that was redirected is lost too";
}

// An observer meets the other ring as full as the traffic has left it.
TEST(MachineRun, TheOtherRingIsMetInItsStationaryState) {
  const auto met = [](const char* load, const char* release_us) {
    return run_of({{"rx_action", "redirect"},
                   {"redirect_ring", "400"},
                   {"load_mpps", load},
                   {"redirect_release_us", release_us},
                   {"horizon_s", "1"}})
        .in_flight_at_start;
  };
  EXPECT_EQ(met("0.0001", "0"), 400u);
  EXPECT_EQ(met("0", "0"), 0u);
  EXPECT_EQ(met("0.1", "1000000"), 400u);
  EXPECT_LT(met("0.0001", "1000"), 10u) << "frames 10 ms apart, emptied after one";
}

TEST(MachineRun, ADriverGoesOnWhereMappingsFail) {
  const RunResult none = run_of({{"horizon_s", "1"}, {"warmup_us", "5000"}});
  const RunResult some =
      run_of({{"horizon_s", "1"}, {"warmup_us", "5000"}, {"map_fail_ppm", "300000"}});
  EXPECT_GT(some.all_packets, none.all_packets / 2) << "it polls on";
  const RunResult all =
      run_of({{"horizon_s", "1"}, {"warmup_us", "5000"}, {"map_fail_ppm", "1000000"}});
  EXPECT_LT(all.all_packets, none.all_packets / 2) << "no page can be replaced";
  for (const RunResult* r : {&some, &all}) EXPECT_TRUE(r->violations.empty());
}

TEST(MachineRun, AFaultOfPutsMayTakeAShareOfThePages) {
  const auto still_out = [](const char* share) {
    const RunResult r = run_of({{"hold", "constant"},
                                {"hold_median_us", "20000"},
                                {"load_mpps", "0.02"},
                                {"teardown", "destroy"},
                                {"horizon_s", "4"},
                                {"fault_share_ppm", share}},
                               {"free-past-pool"}, "baseline");
    // After 2 s: the worker has looked once for what lies in the ring.
    return r.in_flight_after.size() < 2 ? 0 : r.in_flight_after[1];
  };
  const std::uint64_t all = still_out("1000000"), some = still_out("100000");
  EXPECT_GT(some, 0u);
  EXPECT_LT(some, all / 4);
}

TEST(MachineRun, AThousandRounds) {
  const RunResult r = run_of({{"cycles", "1000"},
                              {"cycle_time_us", "1000"},
                              {"load_mpps", "0.01"},
                              {"hold", "constant"},
                              {"hold_median_us", "1000"},
                              {"horizon_s", "1"}});
  EXPECT_TRUE(r.violations.empty());
  EXPECT_EQ(r.still_out, 0u);
}

}  // namespace
}  // namespace poolrace::models
