// SPDX-License-Identifier: MIT
// The fixed point underneath is the schoolbook one: reduce by two table steps of 7 or 8 bits, then
// a few terms of the series.  The tables are made by the compiler, with integers only, by squaring
// (logarithm) and square roots (power); errors stay near 2^-60, below what Q56 shows.
#include "sim/chance/distributions.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "sim/errors.hpp"

namespace poolrace::sim {
namespace {

using u64 = std::uint64_t;
using u128 = unsigned __int128;
using i128 = __int128;

constexpr u64 one_q63 = u64{1} << 63;
constexpr u64 ln2_q64 = 0xb17217f7d1cf79ac;
constexpr u64 log2e_q63 = 0xb8aa3b295c17f0bc;

constexpr u64 mul_q63(u64 a, u64 b) {
  return static_cast<u64>((static_cast<u128>(a) * b) >> 63);
}
constexpr u64 mul_q64(u64 a, u64 b) {
  return static_cast<u64>((static_cast<u128>(a) * b) >> 64);
}
Ps saturate(u128 duration) {
  return static_cast<Ps>(std::min(duration, static_cast<u128>(duration_max)));
}

// log2 of 1 <= m < 2, all in Q63: squaring m shifts the next bit of its logarithm into view.
constexpr u64 slow_log2_q63(u64 m) {
  u64 log = 0;
  for (int bit = 62; bit >= 0; --bit) {
    u128 square = (static_cast<u128>(m) * m) >> 63;
    if (square >> 64) {
      log |= u64{1} << bit;
      square >>= 1;
    }
    m = static_cast<u64>(square);
  }
  return log;
}

// Reciprocals of 1 + j / steps, rounded up, and their exact -log2; all in Q63.
struct LogStep {
  std::array<u64, 129> reciprocal{}, log{};
};
constexpr LogStep make_log_step(u64 steps) {
  LogStep step{};
  step.reciprocal[0] = one_q63;
  for (u64 j = 1; j <= 128; ++j) {
    const u128 scaled = static_cast<u128>(one_q63) * steps;
    step.reciprocal[j] = static_cast<u64>((scaled + steps + j - 1) / (steps + j));
    step.log[j] = one_q63 - slow_log2_q63(2 * step.reciprocal[j]);
  }
  return step;
}
constexpr LogStep log_coarse = make_log_step(128), log_fine = make_log_step(128 * 128);

constexpr u64 sqrt_u128(u128 x) {
  u64 root = 0;
  for (int bit = 63; bit >= 0; --bit) {
    const u64 trial = root | u64{1} << bit;
    if (static_cast<u128>(trial) * trial <= x) root = trial;
  }
  return root;
}

// 2^(a/256) and 2^(b/65536) in Q63, as products of the repeated square roots of 2.
struct ExpSteps {
  std::array<u64, 256> coarse{}, fine{};
};
constexpr ExpSteps make_exp_steps() {
  std::array<u64, 17> root{};  // 2^(2^-i)
  u128 square = static_cast<u128>(one_q63) << 64;
  for (std::size_t i = 1; i <= 16; ++i) {
    root[i] = sqrt_u128(square);
    square = static_cast<u128>(root[i]) << 63;
  }
  ExpSteps steps;
  for (std::size_t a = 0; a < 256; ++a) {
    steps.coarse[a] = steps.fine[a] = one_q63;
    for (std::size_t bit = 0; bit < 8; ++bit) {
      if ((a >> bit & 1) == 0) continue;
      steps.coarse[a] = mul_q63(steps.coarse[a], root[8 - bit]);
      steps.fine[a] = mul_q63(steps.fine[a], root[16 - bit]);
    }
  }
  return steps;
}
constexpr ExpSteps exp_steps = make_exp_steps();

// 2^fraction in Q63, fraction in Q64.
u64 exp2_q63(u64 fraction) {
  const u64 power = mul_q63(exp_steps.coarse[fraction >> 56], exp_steps.fine[fraction >> 48 & 255]);
  const u64 x = mul_q64(fraction & ((u64{1} << 48) - 1), ln2_q64);  // below 2^-16
  const u64 x2 = mul_q64(x, x);
  return power + mul_q64(power, x + x2 / 2 + mul_q64(x2, x) / 6);
}

constexpr std::array<std::int64_t, 1012> normal_table = {
#include "sim/chance/normal_table.inc"
};

// -log2(word / 2^64) for a word > 0.
Q56 octaves_below_one(u64 word) {
  return 64 * q56_one - log2_q56(word);
}

// a * b / 1000 for Q56 b >= 0, clamped well inside the range.
Q56 scale_milli(Q56 b, u64 a_milli) {
  return static_cast<Q56>(
      std::min(static_cast<u128>(b) * a_milli / 1000, static_cast<u128>(100 * q56_one)));
}

u64 magnitude(std::int64_t x) {
  return x < 0 ? u64{0} - static_cast<u64>(x) : static_cast<u64>(x);
}

void check_pareto(Ps min, std::int64_t alpha_milli, Ps cap) {
  check(0 < min && min <= cap && cap <= duration_max, "pareto needs 0 < min <= cap");
  check(magnitude(alpha_milli) <= 1'000'000, "pareto needs |alpha| <= 1000");
}

// (1 - 2^(-|beta| span)) / |beta|, or its limit for beta = 0: the integral of x^(-beta-1) over
// min .. cap, but for a power of min (beta > 0) or cap.  In Q56, below 45.
u64 power_integral_q56(std::int64_t beta_milli, Q56 span) {
  if (beta_milli == 0) return mul_q64(static_cast<u64>(span), ln2_q64);
  const u64 beta = magnitude(beta_milli);
  const u64 fallen = ~exp2_q64(-scale_milli(span, beta));
  return static_cast<u64>((static_cast<u128>(fallen) * 1000 / beta) >> 8);
}

}  // namespace

Q56 log2_q56(u64 x) {
  check(x > 0, "log2 of 0");
  const int zeros = __builtin_clzll(x);
  const u64 m = x << zeros;
  const u64 j = m >> 56 & 127;
  const u64 p = mul_q63(m, log_coarse.reciprocal[j]);
  const u64 k = (p - one_q63) >> 49;
  const u64 r = mul_q63(p, log_fine.reciprocal[k]) - one_q63;  // below 2^-14
  const u64 r2 = mul_q63(r, r);
  const u64 r3 = mul_q63(r2, r);
  const u64 ln = r - r2 / 2 + r3 / 3 - mul_q63(r3, r) / 4;
  const u64 log = log_coarse.log[j] + log_fine.log[k] + mul_q63(ln, log2e_q63);
  return static_cast<Q56>(63 - zeros) * q56_one + static_cast<Q56>((log + 64) >> 7);
}

Ps scale_exp2(Ps value, Q56 exponent) {
  check(0 <= value && value <= duration_max, "scale_exp2 needs a duration");
  const Q56 whole = exponent >> 56;
  if (value == 0 || whole <= -65) return 0;
  if (whole >= 63) return duration_max;
  const u128 product = static_cast<u128>(value) * exp2_q63(static_cast<u64>(exponent) << 8);
  const int shift = static_cast<int>(63 - whole);
  return saturate((product + (static_cast<u128>(1) << (shift - 1))) >> shift);
}

Q56 log2_of_exp(std::int64_t numerator, std::int64_t denominator) {
  check(denominator > 0 && magnitude(numerator) < u64{1} << 60, "log2_of_exp: out of range");
  const i128 exponent = static_cast<i128>(numerator) * log2e_q63 / denominator >> 7;
  const i128 bound = static_cast<i128>(127 * q56_one);
  return static_cast<Q56>(std::clamp(exponent, -bound, bound));
}

u64 exp2_q64(Q56 exponent) {
  check(exponent <= 0, "exp2_q64 needs an exponent <= 0");
  if (exponent == 0) return ~u64{0};
  const Q56 shift = -1 - (exponent >> 56);
  return shift >= 63 ? 1 : exp2_q63(static_cast<u64>(exponent) << 8) >> shift;
}

// Four-point (Newton) interpolation on the grid of -log2(tail).
std::int64_t normal_quantile_q32(u64 word) {
  const u64 odd = word | 1;
  const bool upper = odd >> 63;
  const u64 depth = static_cast<u64>(octaves_below_one(upper ? 0 - odd : odd) - q56_one);
  const std::int64_t* at = &normal_table[(depth >> 52) + 1];
  const std::int64_t t = static_cast<std::int64_t>(depth >> 20 & 0xffff'ffff);
  const std::int64_t t2 = (t * (t - (std::int64_t{1} << 32))) >> 32;  // t (t - 1)
  const std::int64_t t3 = (t2 * (t + (std::int64_t{1} << 32))) >> 32;
  const std::int64_t d1 = at[1] - at[0];
  const std::int64_t d2 = at[1] - 2 * at[0] + at[-1];
  const std::int64_t d3 = at[2] - 3 * at[1] + 3 * at[0] - at[-1];
  const std::int64_t z = at[0] + ((t * d1 + t2 * d2 / 2 + t3 * d3 / 6) >> 32);
  return upper ? z : -z;
}

namespace {
u64 exponential_q56_of(u64 word) {
  return mul_q64(static_cast<u64>(octaves_below_one(word | 1)), ln2_q64);
}
}  // namespace

Q56 unit_exponential_q56(Stream& stream) {
  return static_cast<Q56>(exponential_q56_of(stream.u64()));
}

Ps exponential(Stream& stream, Ps mean) {
  return exponential_of(stream.u64(), mean);
}

Ps exponential_of(u64 word, Ps mean) {
  check(0 <= mean && mean <= duration_max, "exponential needs a mean >= 0");
  const u128 product = static_cast<u128>(exponential_q56_of(word)) * static_cast<u64>(mean);
  return saturate((product + (u128{1} << 55)) >> 56);
}

Ps lognormal(Stream& stream, Ps median, std::int64_t sigma_milli) {
  return lognormal_of(stream.u64(), median, sigma_milli);
}

Ps lognormal_of(u64 word, Ps median, std::int64_t sigma_milli) {
  check(0 <= sigma_milli && sigma_milli <= 10'000, "lognormal needs 0 <= sigma <= 10");
  const std::int64_t z_q32 = normal_quantile_q32(word);
  return scale_exp2(median, log2_of_exp(z_q32 * sigma_milli, std::int64_t{1000} << 32));
}

Ps pareto(Stream& stream, Ps min, std::int64_t alpha_milli, Ps cap) {
  return pareto_of(stream.u64(), min, alpha_milli, cap);
}

// By inversion: min * (1 - u (1 - (min/cap)^alpha))^(-1/alpha); mirrored at cap for alpha < 0.
Ps pareto_of(u64 u, Ps min, std::int64_t alpha_milli, Ps cap) {
  check_pareto(min, alpha_milli, cap);
  const Q56 span = log2_q56(static_cast<u64>(cap)) - log2_q56(static_cast<u64>(min));
  Q56 exponent = 0;
  if (alpha_milli == 0) {
    exponent = static_cast<Q56>(mul_q64(u, static_cast<u64>(span)));
  } else {
    const u64 alpha = magnitude(alpha_milli);
    const u64 floor = exp2_q64(-scale_milli(span, alpha));
    const u128 octaves = static_cast<u64>(octaves_below_one(~mul_q64(u, ~floor)));
    exponent = static_cast<Q56>(std::min(octaves * 1000 / alpha, static_cast<u128>(span)));
  }
  const Ps x = alpha_milli < 0 ? scale_exp2(cap, -exponent) : scale_exp2(min, exponent);
  return std::clamp(x, min, cap);
}

Ps pareto_mean(Ps min, std::int64_t alpha_milli, Ps cap) {
  check_pareto(min, alpha_milli, cap);
  const Q56 span = log2_q56(static_cast<u64>(cap)) - log2_q56(static_cast<u64>(min));
  if (span == 0) return min;
  Ps base = alpha_milli <= 0 ? cap : min;
  if (0 < alpha_milli && alpha_milli < 1000) {
    base = scale_exp2(min, scale_milli(span, static_cast<u64>(1000 - alpha_milli)));
  }
  const u128 moment = static_cast<u128>(base) * power_integral_q56(alpha_milli - 1000, span);
  const u64 mass = power_integral_q56(alpha_milli, span);
  return std::clamp(saturate((moment + mass / 2) / mass), min, cap);
}

Ps uniform(Stream& stream, Ps lo, Ps hi) {
  return stream.between(lo, hi);
}

Ps uniform_part(Stream& stream, Ps whole) {
  check(whole >= 0, "uniform_part needs a duration");
  return static_cast<Ps>(mul_q64(stream.u64(), static_cast<u64>(whole)));
}

namespace {
constexpr u64 mode_weight = u64{1} << 62;
// w(k) to w(k+1), and w(k) to w(k-1).
u64 weight_above(u64 weight, u64 k, u64 mean_q32) {
  return static_cast<u64>((static_cast<u128>(weight) * mean_q32 >> 32) / (k + 1));
}
u64 weight_under(u64 weight, u64 k, u64 mean_q32) {
  return static_cast<u64>((static_cast<u128>(weight) * k << 32) / mean_q32);
}
}  // namespace

Poisson::Poisson(u64 mean_q32) : mean_q32_(mean_q32), mode_(mean_q32 >> 32) {
  check(mode_ <= u64{1} << 20, "Poisson needs a mean <= 2^20");
  below_mode_ = 0;
  u64 weight = mode_weight;
  for (u64 k = mode_; k > 0 && weight > 0; --k) {
    weight = weight_under(weight, k, mean_q32_);
    below_mode_ += weight;
  }
  total_ = below_mode_;
  weight = mode_weight;
  for (u64 k = mode_; weight > 0; ++k) {
    total_ += weight;
    weight = weight_above(weight, k, mean_q32_);
  }
}

u64 Poisson::draw(Stream& stream) const {
  const u64 u = stream.u64();
  const u128 low = static_cast<u128>(u) * static_cast<u64>(total_) >> 64;
  const u128 target = static_cast<u128>(u) * static_cast<u64>(total_ >> 64) + low;
  u64 k = mode_, weight = mode_weight;
  if (target < below_mode_) {
    for (u128 rest = below_mode_ - target; k > 0; rest -= weight) {
      weight = weight_under(weight, k--, mean_q32_);
      if (rest <= weight) break;
    }
  } else {
    for (u128 rest = target - below_mode_; rest >= weight; ++k) {
      rest -= weight;
      weight = weight_above(weight, k, mean_q32_);
    }
  }
  return k;
}

u64 poisson(Stream& stream, u64 mean_q32) {
  return Poisson(mean_q32).draw(stream);
}

u64 poisson_mean_q32(u64 per_second, Ps span) {
  check(per_second < u64{1} << 33 && span >= 0, "poisson_mean_q32: out of range");
  const u128 mean = (static_cast<u128>(per_second) * static_cast<u64>(span) << 32) / ps_per_s;
  if (mean > static_cast<u128>(1) << 52) {
    throw ConfigError("a mean of " + std::to_string(static_cast<u64>(mean >> 32)) +
                      " pages in flight is too many: rate times mean hold must stay under 1048576");
  }
  return static_cast<u64>(mean);
}

}  // namespace poolrace::sim
