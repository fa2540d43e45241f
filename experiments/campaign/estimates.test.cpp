// SPDX-License-Identifier: MIT
// Every estimate that is printed as "expected", against brute force: variants x devices x loads x
// holds x traffic.  A cell has so many runs that an estimate wrong by a fifth would be four standard
// errors off; what has none is listed with its reason.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "experiments/campaign/campaign.hpp"

namespace poolrace::experiments {
namespace {

struct Seen {
  std::int64_t runs = 0, hits = 0;
  double expected = 0, variance = 0;
  [[nodiscard]] bool enough() const { return 0.2 * expected > 4 * std::sqrt(variance); }
  [[nodiscard]] double z() const {
    return (static_cast<double>(hits) - expected) / std::sqrt(variance);
  }
};

using Cell = std::map<models::Kind, Seen>;

void add(Cell& cell, const VariantSummary& v) {
  for (std::size_t i = 0; i < models::kind_count; ++i) {
    const KindSummary& k = v.kinds[i];
    if (!k.has_estimate()) continue;
    Seen& seen = cell[static_cast<models::Kind>(i)];
    seen.runs += v.runs;
    seen.hits += k.misuse_runs;
    for (const double exposure : k.exposures) {
      const double p = -std::expm1(-exposure);
      seen.expected += p;
      seen.variance += p * (1 - p);
    }
  }
}

Cell measured(const std::string& variant, const std::vector<Setting>& settings,
              std::int64_t runs_max) {
  Cell cell;
  CommonOptions o;
  o.scenario = "seed-race";
  o.settings = settings;
  o.jobs = 2;
  for (std::int64_t done = 0; done < runs_max; done += o.runs) {
    o.runs = std::min<std::int64_t>(done == 0 ? 300 : done, runs_max - done);
    o.seed = 1000 + static_cast<std::uint64_t>(done);  // other runs than before
    add(cell, run_campaign(o, resolve(o, {variant})).variants.front());
    const bool all = std::all_of(cell.begin(), cell.end(), [](const auto& it) {
      return it.second.enough() || it.second.expected < 1;
    });
    if (all) break;
  }
  return cell;
}

void expect_as_counted(const std::string& variant, const std::vector<Setting>& settings,
                       std::int64_t runs_max) {
  std::string name = variant;
  for (const Setting& s : settings) name += " " + text_of(s);
  for (const auto& [kind, seen] : measured(variant, settings, runs_max)) {
    const std::string what = name + ", " + models::kind_info(kind).name + ": " +
                             std::to_string(seen.hits) + " of " + std::to_string(seen.runs) +
                             ", expected " + std::to_string(seen.expected);
    if (seen.expected < 1) {  // nobody waits for so rare a thing
      EXPECT_LE(seen.hits, 4) << what;
      continue;
    }
    EXPECT_TRUE(seen.enough()) << what << ": too few runs to see a fifth";
    EXPECT_LE(std::abs(seen.z()), 4) << what;
  }
}

// What keeps an estimate, on the device that shows each of its kinds.
TEST(EstimatesSlow, OfBaselineAndScan) {
  const Setting load = {"load_mpps", "0.002"}, law = {"hold", "exponential"};
  expect_as_counted("baseline",
                    {load, law, {"hold_median_us", "2000"}, {"removal_delay_us", "2000"}}, 4000);
  // Twice as long: its scan stands behind a grace period, which few pages outlast.
  expect_as_counted("scan", {load, law, {"hold_median_us", "4000"}}, 9000);
  // Most come back after the driver has gone, and are another kind.
  expect_as_counted(
      "scan", {{"load_mpps", "0.003"}, {"hold", "mixture"}, {"removal_delay_us", "1500"}}, 9000);
}

TEST(EstimatesLong, OfEveryVariantOnAGrid) {
  for (const std::string& variant : variant_names())
    for (const char* coherent : {"false", "true"})
      for (const char* load : {"0.0005", "0.003"})
        for (const char* hold : {"constant", "exponential", "mixture"})
          expect_as_counted(variant,
                            {{"coherent", coherent},
                             {"load_mpps", load},
                             {"hold", hold},
                             {"hold_median_us", variant == "scan" ? "4000" : "2000"},  // see above
                             {"removal_delay_us", "1500"}},
                            60'000);
}

// No law of the number in flight but Poisson's is closed: nothing is printed.
TEST(Estimates, AreNotPrintedWhereTheNumberInFlightIsNotPoisson) {
  for (const char* traffic : {"cbr", "trains", "mmpp", "pareto_onoff", "websearch", "imix"}) {
    const Cell cell = measured("baseline", {{"traffic", traffic}, {"load_mpps", "0.002"}}, 4);
    EXPECT_TRUE(cell.empty()) << traffic;
  }
  EXPECT_TRUE(measured("baseline", {{"in_flight_pages", "3"}}, 4).empty());
  // Nor where a put waits for its CPU when its hold is over.
  const Setting few = {"load_mpps", "0.002"};
  EXPECT_TRUE(measured("baseline", {few, {"app_work_us", "5000"}}, 4).empty());
  EXPECT_TRUE(measured("baseline", {few, {"destroy_cpu", "1"}}, 4).empty());
  for (const char* other : {"steal_ppm", "irq_noise_hz", "irqs_off_hz", "noise_hz"})
    EXPECT_TRUE(measured("baseline", {few, {other, "1000"}}, 4).empty()) << other;
  EXPECT_TRUE(measured("baseline", {{"load_mpps", "0.2"}}, 4).empty());
  EXPECT_FALSE(measured("baseline", {{"load_mpps", "0.002"}}, 4).empty());
}

// Variants whose destroy clears dma_sync and unmaps have no window that is known, and so no number.
TEST(Estimates, AreOfThoseWhoseDangerHasALength) {
  for (const std::string& variant : variant_names()) {
    const Cell cell = measured(variant, {{"load_mpps", "0.002"}}, 4);
    const bool guarded = variant == "skip" || variant == "xarray-rfc" ||
                         variant.starts_with("items") || variant.starts_with("blocks") ||
                         variant == "scan-rcu" || variant == "xarray-v1" || variant == "xarray" ||
                         variant == "xarray-fixed" || variant == "mainline-2026";
    EXPECT_EQ(cell.empty(), guarded || variant == "wait") << variant;
  }
}

}  // namespace
}  // namespace poolrace::experiments
