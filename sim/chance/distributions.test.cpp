// SPDX-License-Identifier: MIT
// The integer laws against libm's formulas, word by word: the same word is fed to the formula in
// long double and to the draw.  Then, independently, whole samples against their CDF (Kolmogorov-
// Smirnov) and pmf (chi-squared) with fixed seeds, each at 1e-3; saturation; and golden draws,
// which must be the same under every compiler.
#include "sim/chance/distributions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

using namespace time_literals;

constexpr double z_at_1e3 = 3.29;

Stream fresh(const char* name = "d") {
  return Streams(11, 33).stream(name);
}

long double unit(std::uint64_t word) {
  return std::ldexp(static_cast<long double>(word | 1), -64);
}

// The largest gap between a sample and its CDF, times sqrt(n); the 1e-3 point is 1.950.
double kolmogorov(std::vector<Ps> sample, const std::function<double(double)>& cdf) {
  std::sort(sample.begin(), sample.end());
  const double n = static_cast<double>(sample.size());
  double worst = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double f = cdf(static_cast<double>(sample[i]));
    worst = std::max({worst, static_cast<double>(i + 1) / n - f, f - static_cast<double>(i) / n});
  }
  return worst * std::sqrt(n);
}
constexpr double kolmogorov_at_1e3 = 1.950;

std::vector<Ps> sample(std::size_t n, const char* name, const std::function<Ps(Stream&)>& draw) {
  Stream stream = fresh(name);
  std::vector<Ps> out(n);
  for (Ps& x : out) x = draw(stream);
  return out;
}

// How many standard errors the sample's mean is from `mean`.
double mean_z(const std::vector<Ps>& sample, double mean) {
  const double n = static_cast<double>(sample.size());
  double sum = 0, squares = 0;
  for (const Ps x : sample) sum += static_cast<double>(x) - mean;
  for (const Ps x : sample) squares += std::pow(static_cast<double>(x) - mean - sum / n, 2);
  return std::abs(sum / n) / std::sqrt(squares / (n - 1) / n);
}

TEST(FixedPoint, Log2IsExactOnPowersAndCloseElsewhere) {
  for (int i = 0; i < 64; ++i) EXPECT_EQ(log2_q56(std::uint64_t{1} << i), i * q56_one);
  Stream stream = fresh();
  long double worst = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t x = stream.u64() >> stream.below(63) | 1;
    const long double error =
        std::ldexp(static_cast<long double>(log2_q56(x)), -56) - std::log2((long double)x);
    worst = std::max(worst, std::abs(error));
  }
  EXPECT_LT(worst, std::ldexp(1.0L, -55));
  EXPECT_EQ(log2_q56(~std::uint64_t{0}), 64 * q56_one);  // to nearest
  EXPECT_THROW(log2_q56(0), InternalError);
}

// Good to 2^-55 of itself and half a picosecond.  (EXPECT_NEAR would compare doubles.)
TEST(FixedPoint, ScaleByPowerOfTwo) {
  Stream stream = fresh();
  for (int i = 0; i < 100'000; ++i) {
    const Ps value = static_cast<Ps>(stream.u64() >> 2 >> stream.below(62));
    const Q56 exponent = stream.between(-62 * q56_one, 10 * q56_one);
    const long double power = std::exp2(std::ldexp(static_cast<long double>(exponent), -56));
    const long double exact =
        std::min(static_cast<long double>(value) * power, static_cast<long double>(duration_max));
    const auto scaled = static_cast<long double>(scale_exp2(value, exponent));
    EXPECT_LT(std::abs(scaled - exact), 0.5000001L + exact * 0x1p-55L) << value << ' ' << exponent;
  }
  EXPECT_EQ(scale_exp2(5, 3 * q56_one), 40);
  EXPECT_EQ(scale_exp2(5, -q56_one), 3);  // 2.5, rounded up
  EXPECT_EQ(scale_exp2(1, 127 * q56_one), duration_max);
  EXPECT_EQ(scale_exp2(duration_max, -127 * q56_one), 0);
  EXPECT_EQ(scale_exp2(0, 127 * q56_one), 0);
}

TEST(FixedPoint, ExpAsPowerOfTwo) {
  EXPECT_NEAR(std::ldexp(static_cast<double>(log2_of_exp(-7, 3)), -56), -7 / 3.0 * M_LOG2E, 1e-15);
  EXPECT_EQ(log2_of_exp(1'000'000, 1), 127 * q56_one);
  EXPECT_EQ(scale_exp2(1'000'000'000'000, log2_of_exp(1, 2)), 1'648'721'270'700);
  EXPECT_EQ(exp2_q64(0), ~std::uint64_t{0});
  EXPECT_EQ(exp2_q64(-q56_one), std::uint64_t{1} << 63);
  EXPECT_EQ(exp2_q64(-100 * q56_one), 1u);
}

// erfc turns the quantile back into a probability; the density turns the miss into a distance.
TEST(FixedPoint, NormalQuantileToItsTails) {
  double worst = 0;
  for (double octaves = 1; octaves <= 64; octaves += 0.001) {
    const auto tail = static_cast<std::uint64_t>(std::exp2(64 - octaves)) | 1;
    const double z = std::ldexp(static_cast<double>(normal_quantile_q32(tail)), -32);
    const double p = std::ldexp(static_cast<double>(tail), -64);
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * M_PI);
    worst = std::max(worst, std::abs(0.5 * std::erfc(-z / std::sqrt(2)) - p) / density);
    EXPECT_EQ(normal_quantile_q32(0 - tail), -normal_quantile_q32(tail)) << octaves;
  }
  EXPECT_LT(worst, 2e-6);
}

TEST(Distributions, WordByWord) {
  Stream words = fresh("w"), e = fresh("w"), l = fresh("w"), p = fresh("w"), n = fresh("w");
  const Ps mean = 123'456'789'012, cap = 40 * mean;
  const auto near = [](Ps draw, long double exact) {  // rounded to a ps, and 2^-50 of itself
    return std::abs(static_cast<long double>(draw) - exact) < 0.51L + exact * 0x1p-50L;
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t word = words.u64();
    const long double u = unit(word);
    EXPECT_TRUE(near(exponential(e, mean), -std::log(u) * mean)) << i;
    const long double z = std::ldexp((long double)normal_quantile_q32(word), -32);
    EXPECT_TRUE(near(lognormal(l, mean, 1200), mean * std::exp(1.2L * z))) << i;
    const long double fallen = 1 - std::pow((long double)mean / cap, 1.2L);
    EXPECT_TRUE(near(pareto(p, mean, 1200, cap), mean * std::pow(1 - u * fallen, -1 / 1.2L)));
    const long double risen = 1 - std::pow((long double)mean / cap, 0.7L);
    EXPECT_TRUE(near(pareto(n, mean, -700, cap), cap * std::pow(1 - u * risen, 1 / 0.7L)));
  }
}

TEST(Distributions, ExponentialSample) {
  const Ps mean = 67'204;  // 64 B at 10 Gb/s: where rounding to whole ps would show first
  const auto x = sample(400'000, "exp", [](Stream& s) { return exponential(s, 67'204); });
  EXPECT_LT(kolmogorov(x, [](double t) { return -std::expm1(-t / mean); }), kolmogorov_at_1e3);
  EXPECT_LT(mean_z(x, mean), z_at_1e3);
}

TEST(Distributions, LognormalSample) {
  const auto x = sample(400'000, "logn", [](Stream& s) { return lognormal(s, 40_us, 1000); });
  const double median = 40_us;
  EXPECT_LT(
      kolmogorov(x, [&](double t) { return 0.5 * std::erfc(-std::log(t / median) / M_SQRT2); }),
      kolmogorov_at_1e3);
  EXPECT_LT(mean_z(x, median * std::exp(0.5)), z_at_1e3);
}

// alpha above 1, at 1, between, 0 (log-uniform) and negative; law and mean.
TEST(Distributions, ParetoSamplesAndMeans) {
  const Ps min = 10_ms, cap = 10_s;
  for (const int milli : {1200, 1000, 999, 200, 1, 0, -1, -500, -1000}) {
    const auto x = sample(200'000, "par", [=](Stream& s) { return pareto(s, min, milli, cap); });
    const double alpha = milli / 1000.0, span = std::log(1000.0);
    const auto cdf = [=](double t) {
      const double log_t = std::log(t / min);
      return milli == 0 ? log_t / span : std::expm1(-alpha * log_t) / std::expm1(-alpha * span);
    };
    EXPECT_LT(kolmogorov(x, cdf), kolmogorov_at_1e3) << milli;
    EXPECT_LT(mean_z(x, static_cast<double>(pareto_mean(min, milli, cap))), z_at_1e3) << milli;
  }
}

TEST(Distributions, ParetoMeanInClosedForm) {
  const double q = 1e-3, rounding_ps = 0.51;
  const double at_1200 = 1e10 * 6 * (1 - std::pow(q, 0.2)) / (1 - std::pow(q, 1.2));
  EXPECT_NEAR(pareto_mean(10_ms, 1200, 10_s), at_1200, rounding_ps);
  EXPECT_NEAR(pareto_mean(10_ms, 1000, 10_s), 1e10 * std::log(1000) / (1 - q), rounding_ps);
  EXPECT_NEAR(pareto_mean(10_ms, 0, 10_s), (1e13 - 1e10) / std::log(1000), rounding_ps);
  EXPECT_NEAR(pareto_mean(10_ms, -1000, 10_s), (1e13 + 1e10) / 2, rounding_ps);
  EXPECT_EQ(pareto_mean(7, 1500, 7), 7);
}

TEST(Distributions, UniformsCoverTheirRange) {
  Stream stream = fresh();
  std::vector<int> counts(3), parts(3);
  for (int i = 0; i < 300; ++i) {
    counts[static_cast<std::size_t>(uniform(stream, 5, 7) - 5)]++;
    parts[static_cast<std::size_t>(uniform_part(stream, 3))]++;
  }
  for (const int c : counts) EXPECT_NEAR(c, 100, 30);  // 3.7 standard deviations
  for (const int c : parts) EXPECT_NEAR(c, 100, 30);
  EXPECT_EQ(uniform_part(stream, 0), 0);
}

TEST(Distributions, NothingOverflows) {
  Stream stream = fresh();
  Ps largest = 0;
  for (int i = 0; i < 20'000; ++i) {
    for (const Ps x : {exponential(stream, duration_max), lognormal(stream, duration_max, 10'000),
                       lognormal(stream, 1_s, 10'000), pareto(stream, 1, 1, duration_max)}) {
      ASSERT_GE(x, 0);
      ASSERT_LE(x, duration_max);
      largest = std::max(largest, x);
    }
  }
  EXPECT_EQ(largest, duration_max);
  EXPECT_EQ(exponential(stream, 0), 0);
  EXPECT_EQ(lognormal(stream, 1_us, 0), 1_us);
  EXPECT_EQ(pareto(stream, 9, 1200, 9), 9);
  EXPECT_THROW(exponential(stream, -1), InternalError);
  EXPECT_THROW(lognormal(stream, 1, -1), InternalError);
  EXPECT_THROW(pareto(stream, 0, 1200, 9), InternalError);
  EXPECT_THROW(pareto(stream, 10, 1200, 9), InternalError);
}

std::uint64_t q32(double mean) {
  return static_cast<std::uint64_t>(std::ldexp(mean, 32));
}

// The count for a word u is the k with cdf(k-1) <= u < cdf(k), the cdf from lgamma.
TEST(PoissonCounts, InvertTheCdf) {
  for (const double mean : {0.01, 0.7, 1.0, 3.5, 60.25, 1000.0, 20'000.5}) {
    std::vector<long double> cdf;
    long double sum = 0;
    for (int k = 0; k < mean + 12 * std::sqrt(mean) + 30; ++k) {
      sum += std::exp(k * std::log((long double)mean) - mean - std::lgamma(k + 1.0L));
      cdf.push_back(sum);
    }
    const Poisson law(q32(mean));
    Stream words = fresh("inv"), stream = fresh("inv");
    const long double slack = 1e-13L;
    for (int i = 0; i < 20'000; ++i) {
      const long double u = std::ldexp((long double)words.u64(), -64);
      const auto k = static_cast<std::size_t>(law.draw(stream));
      ASSERT_LT(k, cdf.size()) << mean;
      EXPECT_LT(u, cdf[k] + slack) << mean;
      if (k > 0) {
        EXPECT_GE(u, cdf[k - 1] - slack) << mean;
      }
    }
  }
}

TEST(PoissonCounts, SampleFitsThePmf) {
  Stream stream = fresh("chi");
  const double mean = 5.5;
  std::vector<double> counts(14);
  const int n = 100'000;
  for (int i = 0; i < n; ++i) {
    counts[std::min<std::size_t>(poisson(stream, q32(mean)), 13)] += 1;
  }
  double chi2 = 0, rest = 1;
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const double x = static_cast<double>(k);
    const double p = k == 13 ? rest : std::exp(x * std::log(mean) - mean - std::lgamma(x + 1));
    rest -= p;
    chi2 += std::pow(counts[k] - n * p, 2) / (n * p);
  }
  EXPECT_LT(chi2, 34.53);  // 13 degrees of freedom at 1e-3
}

TEST(PoissonCounts, LargeMeansKeepMeanAndVariance) {
  for (const double mean : {50'000.25, 1e6}) {
    const Poisson law(q32(mean));
    Stream stream = fresh("large");
    const int n = 4000;
    double sum = 0, squares = 0;
    for (int i = 0; i < n; ++i) {
      const double x = (static_cast<double>(law.draw(stream)) - mean) / std::sqrt(mean);
      sum += x;
      squares += x * x;
    }
    EXPECT_LT(std::abs(sum) / std::sqrt(n), z_at_1e3);
    EXPECT_LT(std::abs(squares - n) / std::sqrt(2.0 * n), z_at_1e3);
  }
}

TEST(PoissonCounts, Edges) {
  Stream stream = fresh();
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(poisson(stream, 0), 0u);
  EXPECT_EQ(stream.drawn(), 1000u);  // one word a draw, even when it could not matter
  EXPECT_THROW(Poisson(std::uint64_t{1} << 53), InternalError);
  EXPECT_EQ(poisson_mean_q32(2'000'000, 250_us), q32(500));
  EXPECT_EQ(poisson_mean_q32(1, 1_s) >> 32, 1u);
  EXPECT_THROW(poisson_mean_q32(1'000'000'000, 1_s), ConfigError);
}

TEST(Distributions, GoldenDraws) {
  Stream s = fresh("golden");
  EXPECT_EQ(exponential(s, 1_us), 281'208);
  EXPECT_EQ(lognormal(s, 40_us, 1000), 24'047'770);
  EXPECT_EQ(pareto(s, 10_ms, 1200, 10_s), 43'537'078'308);
  EXPECT_EQ(pareto(s, 60_s, 0, 600_s), 154'633'063'019'234);
  EXPECT_EQ(pareto(s, 60_s, -1000, 600_s), 218'538'469'606'900);
  EXPECT_EQ(uniform(s, 1_us, 2_us), 1'725'982);
  EXPECT_EQ(poisson(s, q32(6.25)), 5u);
  EXPECT_EQ(poisson(s, q32(123'456.5)), 123'652u);
  std::uint64_t rolling = 0;  // of many draws, so that no rare branch escapes
  for (int i = 0; i < 100'000; ++i) {
    for (const Ps x : {exponential(s, 7_ms), lognormal(s, 40_us, 1200), pareto(s, 7, 300, 1_s)}) {
      rolling = (rolling ^ static_cast<std::uint64_t>(x)) * 0x100000001b3;
    }
  }
  EXPECT_EQ(rolling, 6'880'994'020'913'758'241u);
}

}  // namespace
}  // namespace poolrace::sim
