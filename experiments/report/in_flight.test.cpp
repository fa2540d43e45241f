// SPDX-License-Identifier: MIT
// The commonest report of all, "stalled pool shutdown: 98 inflight 1449 sec", and how often a crash
// comes, in every output.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "experiments/commands/said.hpp"

namespace poolrace::experiments {
namespace {

using nlohmann::json;

// Some six hundred pages, ten minutes with their holders: the worker warns once a minute.
const std::vector<std::string> lingering = {"compare",   "seed-race",
                                            "--variant", "baseline",
                                            "--runs",    "4",
                                            "--set",     "iommu=none",
                                            "--set",     "hold=constant",
                                            "--set",     "hold_median_us=600000000",
                                            "--set",     "load_mpps=0.000001"};

std::vector<std::string> with(std::vector<std::string> words,
                              const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(InFlight, IsToldOverTimeWithTheLinesTheKernelWouldPrint) {
  const Said said_json = said(with(lingering, {"--format", "json"}));
  ASSERT_EQ(said_json.status, 0) << said_json.err;
  const json result = json::parse(said_json.out)["results"][0];
  const json& flight = result["in_flight"];
  EXPECT_GT(flight["at_destroy"]["median"], 500);  // about 600
  EXPECT_EQ(flight["memory_at_destroy_bytes"].get<std::int64_t>(),
            flight["at_destroy"]["median"].get<std::int64_t>() * 4096);
  std::int64_t before = flight["at_destroy"]["median"];
  for (const json& point : flight["after_destroy"]) {
    EXPECT_LE(point["median"], before) << point;
    before = point["median"];
    if (point["after_s"] == 300) {
      EXPECT_NEAR(point["median"].get<double>(), 300, 60);
    }
  }
  EXPECT_EQ(before, 0);
  const json& warned = result["stall_warnings"];
  EXPECT_EQ(warned["median"], 9);  // after 60 s … 540 s; the last page is ten minutes old
  EXPECT_EQ(warned["first_after_s"], 60);
  EXPECT_NEAR(warned["last_age_s"].get<double>(), 540, 4);  // a pass a second, and a bit
  EXPECT_GT(warned["last_inflight"], 0);
  EXPECT_GT(result["pool_counters"]["rx_pp_alloc_slow"], 0);
  EXPECT_EQ(result["pool_counters"].size(), 11u);

  const std::string text = said(lingering).out;
  EXPECT_NE(text.find("9 a run, first after 60 s, last \""), std::string::npos) << text;
  EXPECT_NE(text.find("after 10 min"), std::string::npos) << text;
  const std::string csv = said(with(lingering, {"--format", "csv"})).out;
  EXPECT_NE(csv.find(",rx_pp_recycle_released_ref"), std::string::npos) << csv;
}

// A visible pool (its netdev is still there) does not warn.
TEST(InFlight, AHookedPoolDoesNotWarn) {
  const std::string text = said(with(lingering, {"--set", "netdev_hooked=true"})).out;
  EXPECT_EQ(text.find("inflight"), std::string::npos) << text;
}

TEST(InFlight, DropsAreTold) {
  const std::string text =
      said({"compare", "steady", "--variant", "baseline", "--runs", "1", "--set", "ring=8", "--set",
            "load_mpps=0.5", "--set", "coalesce_us=1000", "--set", "coalesce_frames=1000"})
          .out;
  EXPECT_NE(text.find(" frames dropped"), std::string::npos) << text;
}

TEST(InFlight, DropsAtAReceiveBufferAreToldApart) {
  const std::vector<std::string> crowded = {"run",   "seed-race",       "--runs", "2",
                                            "--set", "rcvbuf_frames=1", "--set",  "hold=pareto"};
  const std::string text = said(crowded).out;
  EXPECT_NE(text.find(" frames dropped at a full receive buffer"), std::string::npos) << text;
  const auto j = nlohmann::json::parse(said(with(crowded, {"--format", "json"})).out);
  EXPECT_GT(j["socket_drops"], 0);
  EXPECT_LE(j["socket_drops"], j["packets"]) << "they had come in";
  EXPECT_EQ(j["dropped"], 0) << "the ring had room";
}

// Rounds and hours are the probability turned round; the load is the report's, derived.
TEST(Rounds, ToTheFirstCrashAndTheLoadThatTheReportWouldHaveHad) {
  const std::vector<std::string> cycled = {
      "compare", "vf-cycling",       "--variant", "baseline", "--runs", "60",
      "--set",   "load_mpps=0.0001", "--format",  "json",     "--set",  "put_deferred_ppm=0"};
  const json result = json::parse(said(cycled).out)["results"][0];
  const json& first = result["first_crash"];
  const double crashed = result["crashed_runs"];
  ASSERT_GT(crashed, 0);
  EXPECT_DOUBLE_EQ(first["rounds"], 60 / crashed);
  EXPECT_DOUBLE_EQ(first["hours"], 60 / crashed * 20 / 3600);
  EXPECT_DOUBLE_EQ(first["rounds_low"], 1 / result["high"].get<double>());
  const double load = first["derived_load_mpps"];
  EXPECT_GT(load, 1e-7);
  EXPECT_LT(load, 1e-4);
}

}  // namespace
}  // namespace poolrace::experiments
