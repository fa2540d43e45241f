// SPDX-License-Identifier: MIT
// Every residual law is closed: the length-biased law of a class is of the same family (a lognormal
// with its median times e^(sigma^2), a truncated Pareto with alpha - 1, the log-uniform becoming
// uniform), and the remaining time is a uniform part of a hold drawn from it.
#include "models/traffic/hold_time.hpp"

#include <cmath>
#include <string>

#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"

namespace poolrace::models {
namespace {

constexpr std::int64_t million = 1'000'000;
constexpr Ps longest = 100'000 * ps_per_s;

void require(const char* name, std::int64_t value, std::int64_t lo, std::int64_t hi) {
  if (lo <= value && value <= hi) return;
  throw ConfigError(std::string("hold time: ") + name + " is " + std::to_string(value) +
                    "; allowed: " + std::to_string(lo) + " to " + std::to_string(hi));
}

// Of a parameter that is given in microseconds.
void require_us(const char* name, Ps value, Ps lo, Ps hi) {
  const auto us = [](Ps time) { return sim::print_decimal(time, ps_per_us); };
  if (lo <= value && value <= hi) return;
  throw ConfigError(std::string("hold time: ") + name + " is " + us(value) +
                    "; allowed: " + us(lo) + " to " + us(hi) + " us");
}

// min, in ps, of the Pareto truncated at cap that has this median (any alpha > 0):
// median * (2 - (median/cap)^alpha)^(-1/alpha).
Ps pareto_min(Ps median, std::int64_t alpha_milli, Ps cap) {
  using sim::log2_q56, sim::q56_one;
  const auto log2 = [](Ps x) { return log2_q56(static_cast<std::uint64_t>(x)); };
  const sim::Q56 depth = log2(cap) - log2(median);
  const __int128 scaled = static_cast<__int128>(depth) * alpha_milli / 1000;
  const __int128 deepest = 100 * q56_one;
  const std::uint64_t w =
      sim::exp2_q64(-static_cast<sim::Q56>(scaled < deepest ? scaled : deepest));
  const sim::Q56 log2_of_2_minus_w = log2_q56(~(w / 2)) - 63 * q56_one;
  const __int128 exponent = static_cast<__int128>(log2_of_2_minus_w) * 1000 / alpha_milli;
  return std::max<Ps>(1, sim::scale_exp2(median, -static_cast<sim::Q56>(exponent)));
}

}  // namespace

const char* hold_class_name(HoldClass cls) {
  switch (cls) {
    case HoldClass::in_order:
      return "in-order";
    case HoldClass::slow:
      return "slow";
    case HoldClass::tail:
      return "tail";
    case HoldClass::stuck:
      return "stuck";
    case HoldClass::fragment:
      return "fragment";
    case HoldClass::single:
      return "single";
  }
  throw InternalError("hold_class_name: no such class");
}

HoldTime::HoldTime(const HoldTimeParams& p) {
  require_us("hold_median_us", p.hold_median, 1, longest);
  require("hold_sigma_milli", p.hold_sigma_milli, 0, 4000);
  require("slow_median (ps)", p.slow_median, 1, longest);
  require("slow_sigma_milli", p.slow_sigma_milli, 0, 4000);
  require("tail_alpha_milli", p.tail_alpha_milli, 100, 10'000);
  require_us("hold_tail_cap_us", p.tail_cap, 1, longest);
  require("tail_min (ps)", p.tail_min, 1, p.tail_cap);
  require("stuck_cap (ps)", p.stuck_cap, 1, longest);
  require("stuck_min (ps)", p.stuck_min, 1, p.stuck_cap);
  require("fragment_time (ps)", p.fragment_time, 1, longest);
  for (const std::int64_t ppm : {p.slow_ppm, p.tail_ppm, p.stuck_ppm, p.fragment_ppm}) {
    require("the share of a class (ppm)", ppm, 0, million);
  }
  if (p.kind == HoldKind::mixture) {
    add_mixture(p);
  } else {
    add_single(p);
  }
  weigh();
}

void HoldTime::add_mixture(const HoldTimeParams& p) {
  using Shape = Law::Shape;
  const std::int64_t others = std::int64_t{p.slow_ppm} + p.tail_ppm + p.stuck_ppm + p.fragment_ppm;
  require("the sum of hold_slow_ppm, hold_tail_ppm, hold_stuck_ppm and hold_fragment_ppm", others,
          0, million);
  add({Shape::lognormal, HoldClass::in_order, p.hold_median, 0, p.hold_sigma_milli,
       static_cast<std::uint32_t>(million - others)});
  add({Shape::lognormal, HoldClass::slow, p.slow_median, 0, p.slow_sigma_milli, p.slow_ppm});
  add({Shape::pareto, HoldClass::tail, p.tail_min, p.tail_cap, p.tail_alpha_milli, p.tail_ppm});
  add({Shape::pareto, HoldClass::stuck, p.stuck_min, p.stuck_cap, 0, p.stuck_ppm});
  add({Shape::constant, HoldClass::fragment, p.fragment_time, 0, 0, p.fragment_ppm});
}

void HoldTime::add_single(const HoldTimeParams& p) {
  using Shape = Law::Shape;
  Law law{Shape::constant, HoldClass::single, p.hold_median, 0, 0, million};
  switch (p.kind) {
    case HoldKind::constant:
      break;
    case HoldKind::exponential:  // mean = median / ln 2, 1 / ln 2 = 1.4426950408889634
      law.shape = Shape::exponential;
      law.scale = static_cast<Ps>(static_cast<__int128>(p.hold_median) * 14'426'950'408'889'634 /
                                  10'000'000'000'000'000);
      break;
    case HoldKind::lognormal:
      law.shape = Shape::lognormal;
      law.milli = p.hold_sigma_milli;
      break;
    case HoldKind::pareto:
      require_us("hold_median_us of hold=pareto (at most hold_tail_cap_us)", p.hold_median, 1,
                 p.tail_cap);
      law = {Shape::pareto,
             HoldClass::single,
             pareto_min(p.hold_median, p.tail_alpha_milli, p.tail_cap),
             p.tail_cap,
             p.tail_alpha_milli,
             million};
      break;
    case HoldKind::mixture:
      throw InternalError("a mixture is not a single law");
  }
  add(law);
}

void HoldTime::add(Law law) {
  if (law.ppm == 0) return;
  if (law.shape == Law::Shape::lognormal && law.milli == 0) law.shape = Law::Shape::constant;
  law.set_mean();
  laws_.push_back(law);
}

// Turns shares, and shares times means, into thresholds for a 64-bit word.
void HoldTime::weigh() {
  using u128 = unsigned __int128;
  u128 weight_total = 0;
  for (const Law& law : laws_) weight_total += static_cast<u128>(law.ppm) * law.mean;
  mean_ = static_cast<Ps>((weight_total + million / 2) / million);
  int shift = 0;  // leaves 63 bits, so that a share of 2^64 fits
  while (weight_total >> shift >> 63) ++shift;
  u128 ppm = 0, weight = 0;
  for (Law& law : laws_) {
    ppm += law.ppm;
    weight += static_cast<u128>(law.ppm) * law.mean;
    // Shares of 2^64; the last one, 2^64 itself, wraps to 0 and is never compared with.
    law.threshold = static_cast<std::uint64_t>((ppm << 64) / million);
    law.residual_threshold =
        static_cast<std::uint64_t>((weight >> shift << 64) / (weight_total >> shift));
  }
}

Hold HoldTime::pick(sim::Stream& stream, bool residual) const {
  const std::uint64_t word = stream.u64();
  std::size_t i = 0;
  while (i + 1 < laws_.size() &&
         word >= (residual ? laws_[i].residual_threshold : laws_[i].threshold)) {
    ++i;
  }
  const Law& law = laws_[i];
  return {residual ? law.draw_residual(stream) : law.draw(stream), law.cls};
}

Hold HoldTime::draw(sim::Stream& stream) const {
  return pick(stream, false);
}
Hold HoldTime::draw_residual(sim::Stream& stream) const {
  return pick(stream, true);
}

std::array<double, 6> HoldTime::shares() const {
  std::array<double, 6> out{};
  for (const Law& law : laws_) out[static_cast<std::size_t>(law.cls)] = law.ppm / 1e6;
  return out;
}

std::array<double, 6> HoldTime::stationary_shares() const {
  std::array<double, 6> out = shares();
  for (const Law& law : laws_) {
    out[static_cast<std::size_t>(law.cls)] *=
        static_cast<double>(law.mean) / static_cast<double>(mean_);
  }
  return out;
}

double HoldTime::survival(Ps u) const {
  double sum = 0;
  for (const Law& law : laws_) sum += law.ppm / 1e6 * law.survival(static_cast<double>(u));
  return sum;
}

double HoldTime::survival_integral(Ps a, Ps b) const {
  check(0 <= a && a <= b, "survival_integral needs 0 <= a <= b");
  double sum = 0;
  for (const Law& law : laws_) {
    const double to_b = law.survival_below(static_cast<double>(b));
    sum += law.ppm / 1e6 * (to_b - law.survival_below(static_cast<double>(a)));
  }
  return sum;
}

void HoldTime::Law::set_mean() {
  switch (shape) {
    case Shape::constant:
    case Shape::exponential:
      mean = scale;
      break;
    case Shape::lognormal:
      mean = sim::scale_exp2(scale, sim::log2_of_exp(milli * milli, 2 * million));
      break;
    case Shape::pareto:
      mean = sim::pareto_mean(scale, milli, cap);
      break;
  }
}

Ps HoldTime::Law::draw(sim::Stream& stream) const {
  switch (shape) {
    case Shape::constant:
      return scale;
    case Shape::exponential:
      return sim::exponential(stream, scale);
    case Shape::lognormal:
      return sim::lognormal(stream, scale, milli);
    case Shape::pareto:
      return sim::pareto(stream, scale, milli, cap);
  }
  throw InternalError("no such hold law");
}

Ps HoldTime::Law::draw_residual(sim::Stream& stream) const {
  Ps met = scale;  // the whole hold of the page that is met
  switch (shape) {
    case Shape::constant:
      break;
    case Shape::exponential:
      return sim::exponential(stream, scale);  // memoryless
    case Shape::lognormal: {
      const Ps median = sim::scale_exp2(scale, sim::log2_of_exp(milli * milli, million));
      met = sim::lognormal(stream, median, milli);
      break;
    }
    case Shape::pareto:
      met = sim::pareto(stream, scale, milli - 1000, cap);
      break;
  }
  return sim::uniform_part(stream, met);
}

double HoldTime::Law::survival(double u) const {
  const double y = u / static_cast<double>(scale);
  switch (shape) {
    case Shape::constant:
      return y < 1 ? 1 : 0;
    case Shape::exponential:
      return std::exp(-y);
    case Shape::lognormal:
      return y <= 0 ? 1
                    : 0.5 * std::erfc(std::log(y) * 1000 / static_cast<double>(milli) / M_SQRT2);
    case Shape::pareto:
      break;
  }
  const double end = static_cast<double>(cap) / static_cast<double>(scale);
  if (y < 1) return 1;
  if (y >= end) return 0;
  if (milli == 0) return std::log(end / y) / std::log(end);
  const double alpha = static_cast<double>(milli) / 1000, floor = std::pow(end, -alpha);
  return (std::pow(y, -alpha) - floor) / (1 - floor);
}

double HoldTime::Law::survival_below(double x) const {
  const double unit = static_cast<double>(scale);
  double y = x / unit;
  switch (shape) {
    case Shape::constant:
      return unit * std::min(y, 1.0);
    case Shape::exponential:
      return unit * -std::expm1(-y);
    case Shape::lognormal: {
      if (y <= 0) return 0;
      const double sigma = static_cast<double>(milli) / 1000, z = std::log(y) / sigma;
      const double below = std::exp(sigma * sigma / 2) * 0.5 * std::erfc((sigma - z) / M_SQRT2);
      return unit * (y * 0.5 * std::erfc(z / M_SQRT2) + below);
    }
    case Shape::pareto:
      break;
  }
  const double end = static_cast<double>(cap) / unit;
  y = std::min(y, end);
  if (y <= 1 || end <= 1) return unit * std::min(y, 1.0);
  if (milli == 0)
    return unit * (1 + (y * std::log(end / y) + y - 1 - std::log(end)) / std::log(end));
  const double alpha = static_cast<double>(milli) / 1000, floor = std::pow(end, -alpha);
  const double power = milli == 1000 ? std::log(y) : (std::pow(y, 1 - alpha) - 1) / (1 - alpha);
  return unit * (1 + (power - floor * (y - 1)) / (1 - floor));
}

}  // namespace poolrace::models
