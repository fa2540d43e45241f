// SPDX-License-Identifier: MIT
// What must hold whatever the profile says a line costs.
#include "experiments/bench/hw_atomics.hpp"

#include <gtest/gtest.h>

#include "experiments/bench/hw.hpp"

namespace poolrace::experiments {
namespace {

models::Parameters on(const char* profile) {
  return HwRequest{profile, {}, 1}.machine();
}

TEST(HwAtomics, MoreCpusNeverMakeAnOperationCheaper) {
  for (const char* profile : {"arm64-soc", "x86-server"}) {
    const models::Parameters p = on(profile);
    for (const SharedOp op : {SharedOp::increment, SharedOp::compare_exchange}) {
      double before = 0;
      for (const models::CpuId cpus : {1U, 2U, 4U}) {
        const double ns = contended(p, cpus, op, 200).ns;
        EXPECT_GE(ns, before) << profile << ", " << cpus << " CPUs";
        before = ns;
      }
    }
  }
}

TEST(HwAtomics, HalfTheClockOfTheProfileDoublesWhatACoreDoesAlone) {
  const HwRequest slow{"x86-server", {{"clock_mhz", "1500"}}, 1};
  const double whole = contended(on("x86-server"), 1, SharedOp::increment, 200).ns;
  EXPECT_NEAR(contended(slow.machine(), 1, SharedOp::increment, 200).ns, 2 * whole, 0.1 * whole);
}

TEST(HwAtomics, OneCpuAloneNeverRetriesAndPaysTheAtomicAtLeast) {
  const models::Parameters p = on("x86-server");
  const Contended one = contended(p, 1, SharedOp::compare_exchange, 200);
  EXPECT_EQ(one.retries, 0);
  EXPECT_GE(one.ns, static_cast<double>(p.atomic) / ps_per_ns);
  EXPECT_GT(contended(p, 4, SharedOp::compare_exchange, 200).retries, 0);
}

TEST(HwAtomics, ALineFromFartherAwayCostsMore) {
  models::Parameters p = on("x86-server");
  p.cores_per_socket = 8;
  for (const LineOp op : {LineOp::blind_exchange, LineOp::exchange, LineOp::lock_pair}) {
    const auto same = line_ns(p, LineFrom::same_cpu, op, 10);
    const auto socket = line_ns(p, LineFrom::same_socket, op, 10);
    const auto other = line_ns(p, LineFrom::other_socket, op, 10);
    ASSERT_TRUE(same && socket && other);
    EXPECT_LT(*same, *socket);
    EXPECT_LT(*socket, *other);
  }
  EXPECT_LT(*line_ns(p, LineFrom::same_socket, LineOp::ping_pong, 10),
            *line_ns(p, LineFrom::other_socket, LineOp::ping_pong, 10));
}

TEST(HwAtomics, OneSocketHasNoOther) {
  EXPECT_FALSE(line_ns(on("arm64-soc"), LineFrom::other_socket, LineOp::exchange, 10));
  EXPECT_FALSE(line_ns(on("arm64-soc"), LineFrom::same_cpu, LineOp::ping_pong, 10));
}

}  // namespace
}  // namespace poolrace::experiments
