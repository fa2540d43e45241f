// SPDX-License-Identifier: MIT
// The simulation against closed forms that it was not built from: the number of pages with holders
// (M/G/infinity), hits against measured windows (Poisson-binomial).
#include <gtest/gtest.h>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/poisson.hpp>
#include <cmath>

#include "experiments/campaign/campaign.hpp"
#include "experiments/campaign/validate.hpp"
#include "experiments/statistics/statistics.hpp"

namespace poolrace::experiments {
namespace {

// The command's rows: the link's to the printed digit, the sampled ones within 4 standard errors.
TEST(Validate, RowsAgree) {
  std::vector<ValidationRow> rows;
  validate(20, 2, rows);
  ASSERT_GE(rows.size(), 10U);
  for (const ValidationRow& row : rows)
    EXPECT_LT(std::abs(row.deviation), row.sampled ? 4 : 1e-3) << row.name;
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
