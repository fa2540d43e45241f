// SPDX-License-Identifier: MIT
// Durations and counts drawn in integers only: no libm, no floating point, the same draws under
// every compiler.  Logarithms and powers are 56-bit fixed point from tables that the compiler
// computes; the normal quantile is a committed table (normal_table.inc, by normal_table.py).
// Every duration saturates at duration_max; now + draw cannot overflow in the first six days of a
// clock, and those who draw up to duration_max draw there.
// What it leaves out: laws finer than 1 ps, and tails beyond the 2^-64 of one 64-bit word.
#pragma once

#include <cstdint>

#include "sim/chance/random.hpp"
#include "sim/time.hpp"

namespace poolrace::sim {

inline constexpr Ps duration_max = 100 * 86'400 * ps_per_s;

// Signed fixed point with 56 fraction bits: -128 <= value < 128.
using Q56 = std::int64_t;
inline constexpr Q56 q56_one = Q56{1} << 56;

// log2(x), x > 0, to about 2^-55; in [0, 64].
Q56 log2_q56(std::uint64_t x);
// value * 2^exponent, rounded to nearest, saturated at duration_max; value >= 0.
Ps scale_exp2(Ps value, Q56 exponent);
// exponent = log2(e) * numerator / denominator, clamped to the range of Q56: scale_exp2(v,
// log2_of_exp(a, b)) is v * e^(a/b).
Q56 log2_of_exp(std::int64_t numerator, std::int64_t denominator);
// 2^exponent as a fraction of 2^64 (floor, at least 1, at most 2^64 - 1); exponent <= 0.
std::uint64_t exp2_q64(Q56 exponent);
// The standard normal quantile of (word|1) / 2^64 in Q32, to 1e-5, tails to 2^-64 (|z| < 9.2).
std::int64_t normal_quantile_q32(std::uint64_t word);

// -ln U: the standard exponential in Q56; in [0, 45).
Q56 unit_exponential_q56(Stream& stream);
Ps exponential(Stream& stream, Ps mean);
Ps exponential_of(std::uint64_t word, Ps mean);  // what that word gives: falls as the word rises
// median * e^(sigma z), sigma = sigma_milli / 1000, 0 <= sigma_milli <= 10'000.
Ps lognormal(Stream& stream, Ps median, std::int64_t sigma_milli);
Ps lognormal_of(std::uint64_t word, Ps median, std::int64_t sigma_milli);  // rises with it
// Pareto *truncated* at cap, i.e. the law of an unbounded Pareto given that it is at most cap
// ("bounded Pareto"); no atom at cap.  Density ~ x^-(alpha+1) on min .. cap, 0 < min <= cap.
// alpha may be 0 (log-uniform) or negative: the length-biased laws of renewal theory need both.
Ps pareto(Stream& stream, Ps min, std::int64_t alpha_milli, Ps cap);
Ps pareto_of(std::uint64_t word, Ps min, std::int64_t alpha_milli, Ps cap);  // alpha >= 0: rises
// Its mean, and the mean of any alpha, in closed form.
Ps pareto_mean(Ps min, std::int64_t alpha_milli, Ps cap);
// Uniform on lo .. hi, both included.
Ps uniform(Stream& stream, Ps lo, Ps hi);
// A uniform share of `whole`: 0 .. whole-1 (0 if whole is 0).
Ps uniform_part(Stream& stream, Ps whole);

// Poisson counts of one mean, by inversion: weights run from the mode outwards by the recurrence
// w(k+1) = w(k) * mean / (k+1), in 62-bit integers, until they vanish (about 9 sigma).  Exact to
// about 2^-50 in total variation for means up to 2^20; one word a draw, and a larger word never
// gives a smaller count.  Construction costs about 18 sigma divisions, a draw about sigma of them.
class Poisson {
 public:
  explicit Poisson(std::uint64_t mean_q32);
  std::uint64_t draw(Stream& stream) const;

 private:
  std::uint64_t mean_q32_, mode_;
  unsigned __int128 below_mode_, total_;  // weight of counts < mode, of all counts
};
std::uint64_t poisson(Stream& stream, std::uint64_t mean_q32);
// The mean of a count of events of rate `per_second` during `span`, in Q32; ConfigError over 2^20.
std::uint64_t poisson_mean_q32(std::uint64_t per_second, Ps span);

}  // namespace poolrace::sim
