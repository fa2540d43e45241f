// SPDX-License-Identifier: MIT
// Each statistic against a closed form, a textbook value or its own promise (coverage, exactness)
// measured over many seeded campaigns.
#include "experiments/statistics/statistics.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/negative_binomial.hpp>
#include <cmath>
#include <random>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

namespace bm = boost::math;

// Draws that do not depend on the library: 53 bits of the generator.
struct Draws {
  std::mt19937_64 generator;
  double uniform() { return static_cast<double>(generator() >> 11) * 0x1p-53; }
  bool hit(double p) { return uniform() < p; }
  std::int64_t hits(int runs, double p) {
    std::int64_t count = 0;
    for (int i = 0; i < runs; ++i) count += hit(p);
    return count;
  }
};

TEST(ClopperPearson, AgreesWithPublishedValuesAndItsDefinition) {
  const Interval ten = clopper_pearson(1, 10);  // 0.0025 … 0.4450, in most textbooks
  EXPECT_NEAR(ten.low, 0.0025286, 1e-7);
  EXPECT_NEAR(ten.high, 0.4450161, 1e-7);
  for (const auto& [k, n] : {std::pair{3, 50}, {1, 1000}, {999, 1000}, {500, 100'000}}) {
    const Interval both = clopper_pearson(k, n);
    EXPECT_NEAR(bm::cdf(bm::complement(bm::binomial(n, both.low), k - 1)), 0.025, 1e-9);
    EXPECT_NEAR(bm::cdf(bm::binomial(n, both.high), k), 0.025, 1e-9);
  }
}

TEST(ClopperPearson, TheEndsAreExact) {
  EXPECT_EQ(clopper_pearson(0, 100).low, 0);
  EXPECT_NEAR(clopper_pearson(0, 100).high, 1 - std::pow(0.025, 0.01), 1e-12);
  EXPECT_EQ(clopper_pearson(7, 7).high, 1);
  EXPECT_NEAR(clopper_pearson(7, 7).low, std::pow(0.025, 1.0 / 7), 1e-12);
  EXPECT_EQ(clopper_pearson(0, 0).low, 0);
  EXPECT_EQ(clopper_pearson(0, 0).high, 1);
  EXPECT_THROW(clopper_pearson(2, 1), InternalError);
  EXPECT_THROW(clopper_pearson(-1, 1), InternalError);
  EXPECT_THROW(clopper_pearson(1, 2, 95), InternalError);
}

// Exact coverage, summed over all outcomes: never below 95 %, and not vacuously 100 %.
TEST(ClopperPearson, CoversAtLeastWhatItPromises) {
  for (const double p : {0.003, 0.02, 0.1, 0.37, 0.5}) {
    double coverage = 0;
    for (int k = 0; k <= 200; ++k) {
      const Interval interval = clopper_pearson(k, 200);
      if (interval.low <= p && p <= interval.high) coverage += bm::pdf(bm::binomial(200, p), k);
    }
    EXPECT_GE(coverage, 0.95) << p;
    EXPECT_LT(coverage, 0.9999) << p;
  }
}

TEST(ZeroHits, IsAboutThreeOverN) {
  EXPECT_NEAR(zero_hits_upper_bound(1000), 1 - std::pow(0.05, 0.001), 1e-12);
  EXPECT_NEAR(zero_hits_upper_bound(1'000'000'000) * 1e9, -std::log(0.05), 1e-6);
  EXPECT_EQ(zero_hits_upper_bound(0), 1);
}

TEST(StoppedOnHits, IsUnbiasedWhereTheNaiveRatioIsNot) {
  const double p = 0.2;
  const int k = 3, campaigns = 40'000;
  Draws draws{std::mt19937_64(2)};
  double mean = 0, naive = 0;
  int missed = 0;
  for (int i = 0; i < campaigns; ++i) {
    std::int64_t n = 0;
    for (int hits = 0; hits < k; ++n) hits += draws.hit(p);
    const Estimate estimate = stopped_on_hits(k, n);
    mean += estimate.value / campaigns;
    naive += static_cast<double>(k) / static_cast<double>(n) / campaigns;
    missed += p < estimate.low || p > estimate.high;
  }
  EXPECT_NEAR(mean, p, 0.003) << "five standard errors";
  EXPECT_GT(naive, p + 0.03) << "the bias this estimator is for";
  EXPECT_LE(missed, campaigns * 0.053);
  EXPECT_GE(missed, campaigns * 0.005) << "an interval that never misses is too wide";
}

TEST(StoppedOnHits, ItsIntervalIsTheNegativeBinomialOne) {
  const Estimate estimate = stopped_on_hits(5, 500);
  EXPECT_DOUBLE_EQ(estimate.value, 4.0 / 499);
  // Failures before the 5th hit: P(N ≤ 500) at low, P(N ≥ 500) at high.
  EXPECT_NEAR(bm::cdf(bm::negative_binomial(5, estimate.low), 495), 0.025, 1e-9);
  EXPECT_NEAR(bm::cdf(bm::complement(bm::negative_binomial(5, estimate.high), 494)), 0.025, 1e-9);
  EXPECT_EQ(stopped_on_hits(4, 4).high, 1);
  EXPECT_THROW(stopped_on_hits(1, 100), InternalError);
}

Interval wilson(std::int64_t hits, std::int64_t runs) {
  const double z = 1.959963984540054, n = static_cast<double>(runs);
  const double p = static_cast<double>(hits) / n, shrink = 1 + z * z / n;
  const double centre = (p + z * z / (2 * n)) / shrink;
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / shrink;
  return {centre - half, centre + half};
}

bool misses(const Interval& interval, double p) {
  return p < interval.low || p > interval.high;
}

// The reason the sequence exists: 300 looks, one every 100 runs.
TEST(ConfidenceSequence, HoldsUnder300LooksWhereARepeatedIntervalDoesNot) {
  const int campaigns = 600, looks = 300;
  const double p = 0.05;
  Draws draws{std::mt19937_64(3)};
  int sequence_missed = 0, wilson_missed = 0;
  for (int campaign = 0; campaign < campaigns; ++campaign) {
    bool sequence = false, repeated = false;
    std::int64_t hits = 0;
    for (int look = 1; look <= looks; ++look) {
      hits += draws.hits(100, p);
      repeated |= misses(wilson(hits, 100 * look), p);
      if (!sequence) sequence = misses(confidence_sequence(hits, 100 * look), p);
    }
    sequence_missed += sequence;
    wilson_missed += repeated;
  }
  const double sequence_share = static_cast<double>(sequence_missed) / campaigns;
  const double wilson_share = static_cast<double>(wilson_missed) / campaigns;
  RecordProperty("sequence_miscoverage", std::to_string(sequence_share));
  RecordProperty("wilson_miscoverage", std::to_string(wilson_share));
  EXPECT_LE(sequence_share, 0.05) << "the promise; about 0.01 is typical";
  EXPECT_GT(wilson_share, 0.30) << "looking 300 times must hurt a fixed-n interval";
}

TEST(ConfidenceSequence, IsTheSetWhereTheMixtureStaysBelowOneOverAlpha) {
  const Interval interval = confidence_sequence(7, 1000, 0.95, {1, 1});
  // With a = b = 1 the mixture is 1 / ((n+1) C(n, k)), so the edge is where pdf = α / (n+1).
  EXPECT_NEAR(bm::pdf(bm::binomial(1000, interval.low), 7) * 1001 / 0.05, 1, 1e-6);
  EXPECT_NEAR(bm::pdf(bm::binomial(1000, interval.high), 7) * 1001 / 0.05, 1, 1e-6);
  const Interval fixed = clopper_pearson(7, 1000);
  EXPECT_LT(interval.low, fixed.low);
  EXPECT_GT(interval.high, fixed.high);
}

TEST(ConfidenceSequence, StaysUsefulAtTheEndsAndForManyRuns) {
  EXPECT_EQ(confidence_sequence(0, 0).high, 1);
  EXPECT_EQ(confidence_sequence(0, 1000).low, 0);
  EXPECT_LT(confidence_sequence(0, 1000).high, 0.01);
  EXPECT_EQ(confidence_sequence(1000, 1000).high, 1);
  EXPECT_GT(confidence_sequence(1000, 1000).low, 0.99);
  const Interval many = confidence_sequence(1'000, 1'000'000'000);
  EXPECT_LT(many.low, 1e-6);
  EXPECT_GT(many.high, 1e-6);
  const Interval fixed = clopper_pearson(1'000, 1'000'000'000);
  EXPECT_LT(many.high - many.low, 3 * (fixed.high - fixed.low)) << "the price of looking any time";
}

// All 2^n outcomes, weighed one by one.
double p_value_by_enumeration(const std::vector<double>& p, std::int64_t hits) {
  double at_most = 0, at_least = 0;
  for (unsigned outcome = 0; outcome < 1u << p.size(); ++outcome) {
    double weight = 1;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      const bool hit = outcome >> i & 1;
      weight *= hit ? p[i] : 1 - p[i];
      count += hit;
    }
    if (count <= hits) at_most += weight;
    if (count >= hits) at_least += weight;
  }
  return std::min(1.0, 2 * std::min(at_most, at_least));
}

TEST(PoissonBinomial, AgreesWithEveryOutcomeWeighed) {
  const std::vector<double> p{0.1, 0.9, 0.001, 0.5, 0, 1, 0.33, 0.07, 0.6, 0.2};
  for (std::int64_t hits = 0; hits <= 10; ++hits)
    EXPECT_NEAR(poisson_binomial_p_value(p, hits), p_value_by_enumeration(p, hits), 1e-14) << hits;
}

TEST(PoissonBinomial, WithEqualProbabilitiesIsTheBinomialLawTailsIncluded) {
  const int n = 20'000;
  const std::vector<double> p(n, 0.01);
  const bm::binomial law(n, 0.01);
  for (const int hits : {100, 150, 190, 260, 300}) {
    const double lower = bm::cdf(law, hits), upper = bm::cdf(bm::complement(law, hits - 1));
    const double expected = 2 * std::min(lower, upper);
    EXPECT_NEAR(poisson_binomial_p_value(p, hits) / expected, 1, 1e-9) << hits;
  }
}

TEST(PoissonBinomial, CertainRunsAndImpossibleCounts) {
  EXPECT_EQ(poisson_binomial_p_value({}, 0), 1);
  EXPECT_EQ(poisson_binomial_p_value({1, 1, 0}, 2), 1);
  EXPECT_EQ(poisson_binomial_p_value({1, 1, 0}, 1), 0);
  EXPECT_EQ(poisson_binomial_p_value({1, 1, 0}, 3), 0);
  EXPECT_THROW(poisson_binomial_p_value({0.5}, 2), InternalError);
  EXPECT_THROW(poisson_binomial_p_value({1.5}, 1), InternalError);
}

TEST(Exposure, IsTheMeanChanceAndItsIntervalCovers) {
  const Estimate two = exposure_estimate({0, std::log(2)});
  EXPECT_DOUBLE_EQ(two.value, 0.25);
  EXPECT_EQ(two.low, 0);  // cut: t(1) is 12.7
  EXPECT_EQ(two.high, 1);
  EXPECT_DOUBLE_EQ(exposure_estimate({1e-12, 1e-12}).value, 1e-12 - 0.5e-24) << "x − x²/2: exact";
  EXPECT_EQ(exposure_estimate({1}).high, 1);
  EXPECT_EQ(exposure_estimate({}).value, 0);
  EXPECT_THROW(exposure_estimate({-1}), InternalError);

  Draws draws{std::mt19937_64(5)};
  const int campaigns = 4000, runs = 200;
  int missed = 0;
  for (int i = 0; i < campaigns; ++i) {
    std::vector<double> exposures;  // uniform chances: 1 − e^−x is uniform if x is exponential
    for (int j = 0; j < runs; ++j) exposures.push_back(-std::log1p(-draws.uniform()));
    const Estimate estimate = exposure_estimate(exposures);
    missed += misses({estimate.low, estimate.high}, 0.5);
  }
  EXPECT_NEAR(static_cast<double>(missed) / campaigns, 0.05, 0.0172) << "five standard errors";
}

TEST(Quantile, IsTheSmallestSampleWithEnoughBelow) {
  const std::vector<std::int64_t> samples{40, 10, 30, 20};
  EXPECT_EQ(median(samples), 20) << "the lower middle one";
  EXPECT_EQ(quantile(samples, 51, 100), 30);
  EXPECT_EQ(quantile(samples, 0, 1), 10);
  EXPECT_EQ(quantile(samples, 1, 1), 40);
  EXPECT_EQ(p99(samples), 40);
  std::vector<std::int64_t> hundred;
  for (int i = 100; i >= 1; --i) hundred.push_back(i);
  EXPECT_EQ(p99(hundred), 99);
  EXPECT_EQ(quantile(hundred, 7, 100), 7) << "0.07 * 100 rounds up to 8 in doubles";
  hundred.push_back(1'000);
  EXPECT_EQ(p99(hundred), 100);
  EXPECT_EQ(median({}), std::nullopt);
  EXPECT_THROW(quantile(samples, 2, 1), InternalError);
}

// The kind of sample that it is for: some nanoseconds, and now and then a hundred times that.
TEST(PairedMedian, CoversAtEveryNWhateverTheTail) {
  std::mt19937_64 random(12);
  std::lognormal_distribution<double> usual(1, 0.5);
  std::uniform_real_distribution<double> uniform;
  const auto draw = [&] {
    return uniform(random) < 0.05 ? 50 * std::pow(uniform(random), -1 / 1.2) : usual(random);
  };
  std::vector<double> law(1'000'000);
  for (double& x : law) x = draw();
  std::nth_element(law.begin(), law.begin() + 500'000, law.end());
  const double truth = law[500'000];
  constexpr int trials = 4000;
  for (const std::size_t n : {6, 7, 10, 30, 100}) {
    int covered = 0;
    for (int i = 0; i < trials; ++i) {
      std::vector<double> a(n, 0), b(n);
      for (double& x : b) x = draw();
      const Estimate e = paired_median_difference(a, b);
      covered += e.low <= truth && truth <= e.high;
    }
    EXPECT_GT(covered, trials * 0.95 - 4 * std::sqrt(trials * 0.95 * 0.05)) << n;
  }
}

TEST(PairedMedian, TakesTheSignTestsRanks) {
  // Ranks from the tables of the sign test at 95 %: n = 6 → 1, 10 → 2, 25 → 8, 100 → 40.
  for (const auto& [n, rank] : {std::pair{6, 1}, {10, 2}, {25, 8}, {100, 40}}) {
    std::vector<double> a(static_cast<std::size_t>(n), 5.0), b;
    for (int i = n; i >= 1; --i) b.push_back(5.0 + i);
    const Estimate median_difference = paired_median_difference(a, b);
    EXPECT_EQ(median_difference.value, (n + 1) / 2.0) << n;
    EXPECT_EQ(median_difference.low, rank) << n;
    EXPECT_EQ(median_difference.high, n + 1 - rank) << n;
  }
  const Estimate five = paired_median_difference({0, 0, 0, 0, 0}, {5, 1, 1000, 3, 2});
  EXPECT_EQ(five.value, 3) << "one long teardown does not move it";
  EXPECT_TRUE(std::isinf(five.low) && std::isinf(five.high));
  EXPECT_EQ(paired_median_difference({}, {}).value, 0);
}

// Every outcome of n pairs, weighed by its probability: no draws.
TEST(PairedProbability, CoversByEnumeration) {
  constexpr std::int64_t n = 30;
  const auto log_choose = [](std::int64_t a, std::int64_t b) {
    return std::lgamma(n + 1) - std::lgamma(a + 1) - std::lgamma(b + 1) -
           std::lgamma(n - a - b + 1);
  };
  double worst = 1;
  for (const auto& [pa, pb] : {std::pair{0.001, 0.99},
                               {0.3, 0.1},
                               {0.02, 0.02},
                               {0.001, 0.3},
                               {0.5, 0.49},
                               {0.0001, 0.05}}) {
    double covered = 0;
    for (std::int64_t a = 0; a <= n; ++a)
      for (std::int64_t b = 0; a + b <= n; ++b) {
        const auto x = static_cast<double>(a), y = static_cast<double>(b);
        const Estimate e = paired_probability_difference(a, b, n);
        EXPECT_TRUE(e.low <= e.value && e.value <= e.high);
        if (e.low <= pb - pa && pb - pa <= e.high)
          covered += std::exp(log_choose(a, b) + x * std::log(pa) + y * std::log(pb) +
                              (n - x - y) * std::log1p(-pa - pb));
      }
    worst = std::min(worst, covered);
    EXPECT_GE(covered, 0.95) << pa << " " << pb;
  }
  EXPECT_LT(worst, 0.999) << "it says something";
}

TEST(PairedProbability, IsSignedAndKnowsItsLimits) {
  const Estimate more = paired_probability_difference(0, 30, 100);
  EXPECT_EQ(more.value, 0.3);
  EXPECT_GT(more.low, 0.1);
  const Estimate less = paired_probability_difference(30, 0, 100);
  EXPECT_EQ(less.low, -more.high);
  EXPECT_EQ(less.high, -more.low);
  EXPECT_EQ(paired_probability_difference(0, 0, 0).high, 1);
  EXPECT_THROW(paired_probability_difference(60, 60, 100), InternalError);
}

}  // namespace
}  // namespace poolrace::experiments
