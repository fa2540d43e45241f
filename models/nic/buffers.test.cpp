// SPDX-License-Identifier: MIT
// RX buffers of a driver: whole pages or fragments of one, and how much of them its puts sync.
#include <gtest/gtest.h>

#include <iterator>

#include "models/test_run.hpp"

namespace poolrace::models {
namespace {

RunResult held(const char* buffer_bytes, const char* variant = "xarray-fixed") {
  return run_of({{"hold", "exponential"},
                 {"hold_median_us", "2000000"},
                 {"in_flight_pages", "8"},
                 {"load_mpps", "0"},
                 {"removal_delay_us", "1500000"},
                 {"rx_buffer_bytes", buffer_bytes}},
                {}, variant);
}

TEST(Buffers, FragmentsShareAPage) {
  EXPECT_EQ(held("4096").in_flight_at_destroy, 8u);
  EXPECT_EQ(held("2049").in_flight_at_destroy, 8u) << "two do not fit";
  EXPECT_EQ(held("2048").in_flight_at_destroy, 4u);
  EXPECT_EQ(held("1536").in_flight_at_destroy, 4u);
}

// One of two that is kept is enough to keep the page: so many pages are out as have one out.
TEST(Buffers, APageIsOutUntilTheLastOfItsFragmentsIsBack) {
  const RunResult whole = held("4096"), halves = held("2048");
  ASSERT_GT(whole.in_flight_after.size(), 2u);
  ASSERT_EQ(whole.in_flight_after.size(), halves.in_flight_after.size());
  bool shared = false;
  for (std::size_t i = 0; i < whole.in_flight_after.size(); ++i) {
    EXPECT_LE(halves.in_flight_after[i], whole.in_flight_after[i]);
    EXPECT_GE(2 * halves.in_flight_after[i], whole.in_flight_after[i]);
    shared = shared || 2 * halves.in_flight_after[i] > whole.in_flight_after[i];
  }
  EXPECT_TRUE(shared) << "at some age one half is back and its page is not";
}

TEST(Buffers, ALateFragmentUnmapsItsPageTooLate) {
  const RunResult r = held("2048", "baseline");
  EXPECT_TRUE(r.crashed);
  for (const double each : r.exposure) EXPECT_LT(each, 0) << "no estimate for pages of fragments";
}

// Neighbours in a page do no harm to each other, whatever becomes of the frames.
TEST(Buffers, FragmentsAreSoundInEveryAction) {
  for (const char* action : {"stack", "drop", "tx", "redirect"})
    for (const char* swiotlb : {"false", "true"}) {
      const RunResult r = run_of({{"rx_buffer_bytes", "1536"},
                                  {"traffic", "imix"},
                                  {"load_mpps", "0.05"},
                                  {"rx_action", action},
                                  {"iommu", *swiotlb == 't' ? "none" : "strict"},
                                  {"swiotlb", swiotlb},
                                  {"evict_mean_us", "50"},
                                  {"warmup_us", "20000"},
                                  {"horizon_s", "3"}});
      EXPECT_TRUE(r.violations.empty())
          << action << " " << swiotlb << ": " << kind_info(r.violations.front().kind).name << ", "
          << r.violations.front().site;
      EXPECT_GT(r.all_packets, 500u);
    }
}

double sync_ns(const char* put_sync, const char* max_len, const char* line = "64") {
  const RunResult r = run_of({{"rx_action", "drop"},
                              {"teardown", "none"},
                              {"frame_bytes", "256"},
                              {"put_sync", put_sync},
                              {"max_len_bytes", max_len},
                              {"cache_line_bytes", line}});
  return static_cast<double>(r.sync) / static_cast<double>(r.packets);
}

// A driver on non-coherent MIPS lost a quarter of its rate to whole pages: the cure can be priced.
TEST(Buffers, WhatAPutSyncsIsTheFramesOrThePoolsChoice) {
  const double frame = sync_ns("frame", "4096"), page = sync_ns("page", "4096");
  EXPECT_GT(page, 5 * frame);
  EXPECT_DOUBLE_EQ(sync_ns("page", "256"), frame);
  EXPECT_GT(sync_ns("page", "4096", "32"), 1.5 * page);
}

// A ring change that keeps its NAPI, and an old pool that has not heard of its own end (B13).
TEST(Buffers, AReusedNapiIsNotFreedAndRecyclesIntoTheOldPool) {
  const auto resized = [](const char* reused, std::vector<std::string> faults) {
    return run_of({{"teardown", "resize"},
                   {"napi_reused", reused},
                   {"load_mpps", "0.1"},
                   {"put_softirq_ppm", "1000000"},
                   {"put_bh_off_ppm", "0"},
                   {"hold", "constant"},
                   {"hold_median_us", "8000"},
                   {"coalesce_us", "5"},
                   {"napi_weight", "1"},  // so that it is often scheduled when a softirq puts
                   {"netdev_budget", "1"},
                   {"cycle_time_us", "10000"},
                   {"horizon_s", "4"}},
                  std::move(faults));
  };
  const auto misused = [](const RunResult& r, Kind kind) {
    return r.kinds[static_cast<std::size_t>(kind)].misuse > 0;
  };
  for (const char* reused : {"false", "true"}) {
    const RunResult r = resized(reused, {});
    EXPECT_TRUE(r.violations.empty()) << reused;
    EXPECT_GT(r.in_flight_at_destroy, 0u);
  }
  EXPECT_TRUE(misused(resized("false", {"keep-napi"}), Kind::napi_use_after_free));
  const RunResult kept = resized("true", {"keep-napi"});
  EXPECT_FALSE(misused(kept, Kind::napi_use_after_free)) << "it lives";
  EXPECT_TRUE(misused(kept, Kind::leak)) << "pages stranded in a cache that nobody empties";
}

}  // namespace
}  // namespace poolrace::models
