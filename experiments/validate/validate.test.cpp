// SPDX-License-Identifier: MIT
// The simulation against closed forms that it was not built from: the number of pages with holders
// (M/G/infinity), hits against measured windows (Poisson-binomial).
#include "experiments/validate/validate.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>
#include <set>

#include "experiments/campaign/campaign.hpp"
#include "experiments/statistics/statistics.hpp"
#include "experiments/validate/misses.hpp"

namespace poolrace::experiments {
namespace {

ValidationRows all_rows() {
  static const ValidationRows rows = [] {
    ValidationRows made;
    validate(20, 2, made);
    return made;
  }();
  return rows;
}

// To the printed digit where we compute a formula, within 4 standard errors where we draw.  Of
// mechanism nothing is expected: it is printed.
TEST(Validate, FormulasAndLawsAgree) {
  const ValidationRows rows = all_rows();
  ASSERT_GE(rows.size(), 100U);
  for (const ValidationRow& row : rows) {
    if (row.sampled()) {
      EXPECT_LT(std::abs(row.deviation()), 4) << row.name;
    }
    if (row.basis == Basis::formula) {
      EXPECT_LT(std::abs(row.deviation()), 2e-3) << row.name;
    }
  }
}

TEST(Validate, EveryRowSaysWhatItIs) {
  std::set<std::string> names;
  for (const ValidationRow& row : all_rows()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " twice";
    EXPECT_FALSE(row.group.empty() || row.source.empty() || row.unit.empty()) << row.name;
    const bool told = row.basis == Basis::formula || row.basis == Basis::drawn;
    EXPECT_EQ(row.on.empty(), told) << row.name;
    EXPECT_TRUE(std::isfinite(row.simulated.value_or(0))) << row.name;
    EXPECT_LE(row.published.low, row.published.high) << row.name;
  }
}

TEST(Validate, EveryMissHasAReasonAndEveryReasonAMiss) {
  std::set<const Reason*> used;
  for (const ValidationRow& row : all_rows()) {
    if (!is_miss(row)) continue;
    EXPECT_NE(reason_of(row), nullptr) << row.name << " is off by " << row.deviation();
    used.insert(reason_of(row));
  }
  for (const Reason& reason : reasons()) EXPECT_TRUE(used.contains(&reason)) << reason.rows;
}

TEST(Validate, NearnessCountsMechanismAlone) {
  ValidationRows rows;
  GroupOfRows group(rows, "group", "source");
  group.add("near", {10, 20}, 21, "ns", Basis::mechanism, "p");
  group.add("within", {10, 20}, 12, "ns", Basis::mechanism, "p");
  group.add("twice", 10, 19, "ns", Basis::mechanism, "p");
  group.add("far", 10, 4, "ns", Basis::mechanism, "p");
  group.add("input", 10, 10, "ns", Basis::input, "p");
  group.add_missing("missing", 10, "ns", "because");
  const Nearness n = nearness(rows);
  EXPECT_EQ(n.rows, 4U);
  EXPECT_EQ(n.within_15_percent, 2U);
  EXPECT_EQ(n.within_twice, 3U);
  EXPECT_EQ(n.missing, 1U);
  EXPECT_NEAR(rows[0].deviation(), 0.05, 1e-9);
  EXPECT_EQ(rows[1].deviation(), 0);
}

TEST(Validate, ATableIsARowACellAndNoneWhereNothingWasPublished) {
  ValidationRows rows;
  GroupOfRows group(rows, "group", "source");
  add_table(
      group,
      {"table", "Gb/s", Basis::mechanism, {"a", "b"}, {"1", "2"}, {{1, 2}, {std::nullopt, 4}}},
      "profile", [](std::size_t r, std::size_t c) {
        return 2.0 * static_cast<double>(r) + static_cast<double>(c) + 1;
      });
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[2].name, "table/b/2");
  for (const ValidationRow& row : rows) EXPECT_EQ(row.deviation(), 0) << row.name;
}

class HoldLawSlow : public testing::TestWithParam<const char*> {};

// alpha = 0.001 for each: the mean within 3.3 standard errors, the dispersion test of a Poisson
// law.
TEST_P(HoldLawSlow, GivesPoissonManyPagesInFlight) {
  constexpr std::int64_t runs = 400;
  const HeldPages p = held_pages(GetParam(), runs, 2);
  const double error = std::sqrt(p.expected / static_cast<double>(runs));
  EXPECT_NEAR(p.mean, p.expected, 3.3 * error) << "expected lambda E[hold]";
  const double dispersion = static_cast<double>(runs - 1) * p.variance / p.mean;
  const boost::math::chi_squared law(static_cast<double>(runs - 1));
  EXPECT_GT(dispersion, boost::math::quantile(law, 0.0005));
  EXPECT_LT(dispersion, boost::math::quantile(law, 0.9995));
}

INSTANTIATE_TEST_SUITE_P(Laws, HoldLawSlow, testing::Values("constant", "exponential", "mixture"));

// Puts that destroy cannot block, against the dangerous time measured in each run: hits are
// Poisson-binomial with p_i = 1 - exp(-lambda W_i).  Two-sided, alpha = 0.001 for each.
void expect_hits_as_exposed(const std::string& variant, models::Kind kind,
                            const std::vector<Setting>& settings) {
  CommonOptions o;
  o.scenario = "seed-race";
  o.runs = 600;
  o.jobs = 2;
  o.settings = settings;
  const Resolved resolved = resolve(o, {variant});
  const Campaign campaign = run_campaign(o, resolved);
  const VariantSummary& v = campaign.variants.front();
  const KindSummary& hit = v.kinds[static_cast<std::size_t>(kind)];
  ASSERT_EQ(hit.exposures.size(), static_cast<std::size_t>(v.runs));
  std::vector<double> probabilities;
  for (const double exposure : hit.exposures) probabilities.push_back(1 - std::exp(-exposure));
  double mean = 0;
  for (const double p : probabilities) mean += p / static_cast<double>(v.runs);
  EXPECT_GT(mean, 0.1) << "the test has something to see";
  EXPECT_LT(mean, 0.9);
  EXPECT_GT(poisson_binomial_p_value(probabilities, hit.misuse_runs), 0.001)
      << hit.misuse_runs << " of " << v.runs << " runs hit, " << mean << " expected";
}

TEST(ExposureSlow, LatePutsUnderScanHitAsOftenAsTheWindowsSay) {
  expect_hits_as_exposed("scan", models::Kind::sync_after_unmap, {{"load_mpps", "0.002"}});
}

TEST(ExposureSlow, LatePutsUnderBaselineHitAsOftenAsTheWindowsSay) {
  expect_hits_as_exposed("baseline", models::Kind::sync_after_unbind,
                         {{"load_mpps", "0.001"}, {"removal_delay_us", "1000"}});
}

}  // namespace
}  // namespace poolrace::experiments
