// SPDX-License-Identifier: MIT
// What the device's way to memory does to whole runs: each a law that fails without its mechanism.
#include "models/nic/nic.hpp"

#include <gtest/gtest.h>

#include "models/test_run.hpp"

namespace poolrace::models {
namespace {

double mpps(const RunResult& r) {
  return static_cast<double>(r.packets) / static_cast<double>(r.measured) * ps_per_us;
}

double cpu_ns(const RunResult& r) {
  return static_cast<double>(r.cpu_busy) / static_cast<double>(r.packets) / ps_per_ns;
}

// A NIC that is offered more than it can write: every frame's page has to be walked for.
RunResult flooded(const char* walk_ns, const char* entries = "16") {
  return run_of({{"teardown", "none"},
                 {"rx_action", "drop"},
                 {"coherent", "true"},
                 {"driver_per_packet_ns", "50"},
                 {"wire_gbps", "100"},
                 {"link", "pcie"},
                 {"load_mpps", "8"},
                 {"warmup_us", "1000"},
                 {"measure_us", "4000"},
                 {"iotlb_entries", entries},
                 {"iotlb_walk_ns", walk_ns}});
}

TEST(Nic, AFrameWaitsForItsTranslationAndTheNextOneWaitsBehind) {
  const double far = mpps(flooded("2000"));
  EXPECT_NEAR(far, 0.5, 0.05) << "one walk after the other, whatever the walkers";
  EXPECT_GT(mpps(flooded("100")), 3 * far);
  EXPECT_GT(mpps(flooded("2000", "4096")), 3 * far) << "what is remembered needs no walk";
}

// Without a map and an unmap a frame, strict and lazy invalidation cost the same.
TEST(Nic, WhatTheStackSendsPaysForStrictInvalidation) {
  const auto run = [](const char* mode, const char* sent_ppm) {
    return cpu_ns(run_of({{"teardown", "none"},
                          {"iommu", mode},
                          {"load_mpps", "0.02"},
                          {"warmup_us", "300000"},  // lazy: until IOVAs come back from the queue
                          {"measure_us", "50000"},
                          {"stack_tx_ppm", sent_ppm}}));
  };
  EXPECT_NEAR(run("strict", "0"), run("lazy", "0"), 0.01 * run("lazy", "0"));
  const double more = run("strict", "1000000") - run("lazy", "1000000");
  EXPECT_GT(more, 300) << "the invalidation of one unmap a packet";
  EXPECT_NEAR(run("strict", "500000") - run("lazy", "500000"), more / 2, 0.2 * more);
}

TEST(Nic, WhatTheStackSendsIsGivenBackAtTheEnd) {
  for (const char* mode : {"strict", "lazy", "none"}) {
    const RunResult r = run_of({{"stack_tx_ppm", "1500000"}, {"iommu", mode}});
    for (std::size_t k = 0; k < kind_count; ++k)
      EXPECT_EQ(r.kinds[k].misuse, 0u) << mode << " " << k;
    EXPECT_FALSE(r.leaked) << mode;
  }
}

// A backlog that fits into DDIO's ways costs a hit a packet, a longer one memory.
TEST(Nic, ARingTooLargeForTheCacheSlowsTheCpuDown) {
  const auto run = [](const char* ring, const char* frame_bytes, const char* load) {
    return mpps(run_of({{"teardown", "none"},
                        {"rx_action", "drop"},
                        {"coherent", "true"},
                        {"iommu", "none"},
                        {"wire_gbps", "100"},
                        {"link", "pcie"},
                        {"ddio_kib", "1024"},
                        {"llc_hit_ns", "20"},
                        {"line_miss_ns", "90"},
                        {"dram_gbps", "1000"},
                        {"driver_per_packet_ns", "200"},
                        {"ring", ring},
                        {"frame_bytes", frame_bytes},
                        {"load_mpps", load},
                        {"warmup_us", "4000"},
                        {"measure_us", "4000"}}));
  };
  EXPECT_GT(run("256", "1518", "8"), 1.1 * run("4096", "1518", "8"));
  EXPECT_NEAR(run("256", "64", "20"), run("4096", "64", "20"), 0.05 * run("256", "64", "20"))
      << "small frames fit, however many";
}

TEST(Nic, AdaptiveModerationWaitsLongerUnderLoad) {
  const auto run = [](const char* adaptive) {
    return cpu_ns(run_of({{"teardown", "none"},
                          {"rx_action", "drop"},
                          {"coalesce_us", "8"},
                          {"coalesce_frames", "1024"},
                          {"load_mpps", "0.2"},
                          {"warmup_us", "100000"},
                          {"measure_us", "20000"},
                          {"coalesce_adaptive", adaptive}}));
  };
  EXPECT_LT(run("true"), 0.9 * run("false"));
}

}  // namespace
}  // namespace poolrace::models
