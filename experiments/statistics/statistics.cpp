// SPDX-License-Identifier: MIT
// See statistics.hpp for what each assumes and where its formula comes from.
#include "experiments/statistics/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>

#include "sim/errors.hpp"

namespace poolrace::experiments {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void check_counts(std::int64_t hits, std::int64_t runs, double confidence) {
  check(0 <= hits && hits <= runs, "hits are between 0 and the number of runs");
  check(0 < confidence && confidence < 1, "a confidence is between 0 and 1");
}

// The p at which I(a, b; p) reaches `probability`.
double beta_quantile(std::int64_t a, std::int64_t b, double probability) {
  return boost::math::ibeta_inv(static_cast<double>(a), static_cast<double>(b), probability);
}

double log_beta(double a, double b) {
  return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

// count · log(p), where no count weighs nothing even at p = 0.
double weighted_log(double count, double p) {
  return count > 0 ? count * std::log(p) : 0;
}

// Halves [inside, outside] until neighbours; `is_inside` holds at `inside`.  Returns the outer one,
// so that rounding widens an interval and never narrows it.
double boundary(double inside, double outside, const auto& is_inside) {
  if (is_inside(outside)) return outside;
  for (;;) {
    const double middle = inside + (outside - inside) / 2;
    if (middle == inside || middle == outside) return outside;
    (is_inside(middle) ? inside : outside) = middle;
  }
}

struct MeanAndError {
  double mean = 0;
  double half_width = infinity;  // of Student's interval; unknown below two samples
};

MeanAndError mean_and_error(const std::vector<double>& samples, double confidence) {
  check(0 < confidence && confidence < 1, "a confidence is between 0 and 1");
  MeanAndError result;
  if (samples.empty()) return result;
  const auto n = static_cast<double>(samples.size());
  for (const double sample : samples) result.mean += sample;
  result.mean /= n;
  if (samples.size() < 2) return result;
  double squares = 0;
  for (const double sample : samples) squares += (sample - result.mean) * (sample - result.mean);
  const boost::math::students_t student(n - 1);
  const double t = boost::math::quantile(student, 0.5 + confidence / 2);
  result.half_width = t * std::sqrt(squares / (n - 1) / n);
  return result;
}

std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b) {
  check(a.size() == b.size(), "paired samples come in pairs");
  std::vector<double> result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    check(std::isfinite(a[i]) && std::isfinite(b[i]), "paired samples are finite");
    result.push_back(b[i] - a[i]);
  }
  return result;
}

}  // namespace

Interval clopper_pearson(std::int64_t hits, std::int64_t runs, double confidence) {
  check_counts(hits, runs, confidence);
  const double tail = (1 - confidence) / 2;
  return {hits == 0 ? 0 : beta_quantile(hits, runs - hits + 1, tail),
          hits == runs ? 1 : beta_quantile(hits + 1, runs - hits, 1 - tail)};
}

double zero_hits_upper_bound(std::int64_t runs, double confidence) {
  check_counts(0, runs, confidence);
  return runs == 0 ? 1 : -std::expm1(std::log1p(-confidence) / static_cast<double>(runs));
}

Estimate stopped_on_hits(std::int64_t hits, std::int64_t runs, double confidence) {
  check_counts(hits, runs, confidence);
  check(hits >= 2, "an estimate after stopping on a count needs two hits");
  const double tail = (1 - confidence) / 2;
  return {static_cast<double>(hits - 1) / static_cast<double>(runs - 1),
          beta_quantile(hits, runs - hits + 1, tail),
          hits == runs ? 1 : beta_quantile(hits, runs - hits, 1 - tail)};
}

Interval confidence_sequence(std::int64_t hits, std::int64_t runs, double confidence,
                             BetaMixture mixture) {
  check_counts(hits, runs, confidence);
  check(mixture.a > 0 && mixture.b > 0, "a beta mixture has positive shapes");
  if (runs == 0) return {};
  const auto k = static_cast<double>(hits), misses = static_cast<double>(runs - hits);
  const double mixed = log_beta(mixture.a + k, mixture.b + misses) - log_beta(mixture.a, mixture.b);
  // log of the mixture martingale minus log(1/α); convex in p and never above 0 at k/n.
  const auto is_inside = [&](double p) {
    return mixed - weighted_log(k, p) - weighted_log(misses, 1 - p) < -std::log1p(-confidence);
  };
  const double centre = k / static_cast<double>(runs);
  return {boundary(centre, 0, is_inside), boundary(centre, 1, is_inside)};
}

Estimate exposure_estimate(const std::vector<double>& exposures, double confidence) {
  std::vector<double> chances;
  for (const double exposure : exposures) {
    check(exposure >= 0, "an exposure is a rate times a time, so not negative");
    chances.push_back(-std::expm1(-exposure));
  }
  const MeanAndError mean = mean_and_error(chances, confidence);
  return {mean.mean, std::max(0.0, mean.mean - mean.half_width),
          std::min(1.0, mean.mean + mean.half_width)};
}

std::optional<std::int64_t> quantile(std::vector<std::int64_t> samples, std::int64_t part,
                                     std::int64_t whole) {
  check(0 <= part && part <= whole && whole > 0, "a quantile is between 0 and 1");
  check(whole <= 1'000'000, "a quantile's denominator is small, so that its rank is exact");
  if (samples.empty()) return std::nullopt;
  const auto n = static_cast<std::int64_t>(samples.size());
  const std::int64_t rank = std::max<std::int64_t>(1, (part * n + whole - 1) / whole);
  const auto nth = samples.begin() + (rank - 1);
  std::nth_element(samples.begin(), nth, samples.end());
  return *nth;
}

std::optional<std::int64_t> median(std::vector<std::int64_t> samples) {
  return quantile(std::move(samples), 1, 2);
}

std::optional<std::int64_t> p99(std::vector<std::int64_t> samples) {
  return quantile(std::move(samples), 99, 100);
}

Estimate paired_median_difference(const std::vector<double>& a, const std::vector<double>& b,
                                  double confidence) {
  check(0 < confidence && confidence < 1, "a confidence is between 0 and 1");
  std::vector<double> d = differences(a, b);
  if (d.empty()) return {0, -infinity, infinity};
  std::sort(d.begin(), d.end());
  const std::size_t n = d.size();
  const double value = n % 2 ? d[n / 2] : d[n / 2 - 1] / 2 + d[n / 2] / 2;
  // r: the largest rank with P(Bin(n, ½) < r) = I(n−r+1, r; ½) within the tail.
  const double tail = (1 - confidence) / 2;
  const auto below = [&](std::size_t r) {
    return boost::math::ibeta(static_cast<double>(n - r + 1), static_cast<double>(r), 0.5);
  };
  std::size_t r = 0, too_large = n / 2 + 1;  // P(Bin < n/2 + 1) is at least ½
  while (too_large - r > 1) {
    const std::size_t middle = (r + too_large) / 2;
    (below(middle) <= tail ? r : too_large) = middle;
  }
  if (r == 0) return {value, -infinity, infinity};
  return {value, d[r - 1], d[n - r]};
}

Estimate paired_probability_difference(std::int64_t only_a, std::int64_t only_b, std::int64_t runs,
                                       double confidence) {
  check_counts(only_a + only_b, runs, confidence);
  if (runs == 0) return {0, -1, 1};
  const double each = (1 + confidence) / 2;
  const Interval a = clopper_pearson(only_a, runs, each), b = clopper_pearson(only_b, runs, each);
  return {static_cast<double>(only_b - only_a) / static_cast<double>(runs), b.low - a.high,
          b.high - a.low};
}

}  // namespace poolrace::experiments
