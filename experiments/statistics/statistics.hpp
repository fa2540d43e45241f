// SPDX-License-Identifier: MIT
// The statistics of simulated runs: intervals for a probability (a fixed number of runs, stopping
// on a count of hits, looking while running), the exact test of hits against per-run probabilities,
// exposure estimates, quantiles and paired differences.  Nothing here decides which one fits: each
// says what it assumes.  Counts are 64-bit; probabilities are doubles in [0, 1]; a value has the
// unit of what went in.  A call that makes no sense (hits > runs) is our bug: InternalError.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace poolrace::experiments {

struct Interval {
  double low = 0;
  double high = 1;
};

// Half of its width is at most that share of the value.
inline bool is_within(const Interval& interval, double share, double value) {
  return (interval.high - interval.low) / 2 <= share * value;
}

struct Estimate {
  double value = 0;
  double low = 0;
  double high = 1;
};

// --- A probability from k hits in n runs -------------------------------------------------------

// Clopper–Pearson (Biometrika 26, 1934): exact two-sided interval for a number of runs fixed in
// advance; covers at least `confidence` whatever p is.
//   low = I⁻¹(α/2; k, n−k+1), high = I⁻¹(1−α/2; k+1, n−k), with I the regularised incomplete beta.
// No runs: [0, 1].
Interval clopper_pearson(std::int64_t hits, std::int64_t runs, double confidence = 0.95);

// The one-sided bound after no hit in n runs: 1 − α^(1/n), about 3/n at 95 %.  It is the sentence
// "p is below this", decided on beforehand; where the number of hits was not foreseen, the upper
// end of clopper_pearson (about 3.7/n) is the honest one.  No runs: 1.
double zero_hits_upper_bound(std::int64_t runs, double confidence = 0.95);

// Runs went on until the k-th hit, which was run n: (k−1)/(n−1) is unbiased (Haldane, Biometrika
// 33, 1945) where k/n is not; the interval is the exact negative-binomial one,
//   low = I⁻¹(α/2; k, n−k+1), high = I⁻¹(1−α/2; k, n−k)   (1 if n = k).
// Needs k ≥ 2; run n must have been a hit.
Estimate stopped_on_hits(std::int64_t hits, std::int64_t runs, double confidence = 0.95);

// Beta-mixture confidence sequence (Robbins 1970; Howard et al., Ann. Statist. 49, 2021): the p for
// which B(a+k, b+n−k) / (B(a, b) p^k (1−p)^(n−k)) < 1/α.  By Ville's inequality the truth leaves it
// *at any time* with probability at most α, so one may look after every run and stop when pleased.
// a and b shape where it is tight (½, ½: rare events and common ones alike); they never affect
// validity, as long as they were chosen before the runs.  No runs: [0, 1].
struct BetaMixture {
  double a = 0.5;
  double b = 0.5;
};
Interval confidence_sequence(std::int64_t hits, std::int64_t runs, double confidence = 0.95,
                             BetaMixture mixture = {});

// --- Hits against known probabilities ----------------------------------------------------------

// Run i hits with probability p[i], independently: how surprising are `hits` of them?  Exact
// two-sided p-value min(1, 2 min(P(K ≤ k), P(K ≥ k))) of the Poisson-binomial law, by convolution;
// probabilities below 1e-30 are dropped on the way, so the error is below 1e-24 for a million runs.
double poisson_binomial_p_value(const std::vector<double>& probabilities, std::int64_t hits);

// Exposure estimate: mean of 1 − exp(−x) over runs, where x = λW is dimensionless (rate of what
// hits × dangerous time measured in that run).  The interval is mean ± t·s/√n, cut to [0, 1]: it
// describes the spread between runs, not the error of λ, and is only as good as n is large against
// the skew of x.  Fewer than two runs: [0, 1].
Estimate exposure_estimate(const std::vector<double>& exposures, double confidence = 0.95);

// --- Distributions -----------------------------------------------------------------------------

// The q-quantile, q = part/whole: the smallest sample with at least ⌈q·n⌉ samples at or below it
// (inverse of the empirical distribution, Hyndman–Fan type 1; q = 0 gives the minimum).  It is
// always one of the samples, hence exact; the median of an even number is the lower middle one.
// No samples: none.
std::optional<std::int64_t> quantile(std::vector<std::int64_t> samples, std::int64_t part,
                                     std::int64_t whole);
std::optional<std::int64_t> median(std::vector<std::int64_t> samples);
std::optional<std::int64_t> p99(std::vector<std::int64_t> samples);

// --- Paired comparison -------------------------------------------------------------------------

// What `b` costs more than `a`, run by run on the same traffic (so same length, same order): the
// median of b−a (mean of the middle two if n is even), with the exact interval of the sign test
// between order statistics r and n+1−r, r the largest with P(Bin(n,½) < r) ≤ α/2.  It covers at
// every n and under every law; an interval of the mean cannot (Bahadur and Savage, Ann. Math.
// Statist. 27, 1956).  Too few pairs for that (n < 6 at 95 %): −∞ … +∞; none: value 0.
Estimate paired_median_difference(const std::vector<double>& a, const std::vector<double>& b,
                                  double confidence = 0.95);

// How much likelier b is than a, of runs that had both: in `only_a` of them a happened and b did
// not, in `only_b` the other way round.  (only_b − only_a) / runs, between what the exact intervals
// of these two at half the error leave: it covers at least `confidence` whatever they are, where
// score intervals fall to 90 %.  No runs: value 0, [−1, 1].
Estimate paired_probability_difference(std::int64_t only_a, std::int64_t only_b, std::int64_t runs,
                                       double confidence = 0.95);

}  // namespace poolrace::experiments
