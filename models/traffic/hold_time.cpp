// SPDX-License-Identifier: MIT
// The mixture: which classes there are, and picking one by its share among new holds, or among
// those met in flight.  Each class knows its own law.
#include "models/traffic/hold_time.hpp"

#include <algorithm>
#include <string>

#include "models/traffic/hold_histogram.hpp"
#include "sim/chance/distributions.hpp"
#include "sim/errors.hpp"
#include "sim/settings/decimal.hpp"

namespace poolrace::models {
namespace {

using u128 = unsigned __int128;

constexpr std::int64_t million = 1'000'000;
constexpr Ps longest = sim::duration_max;

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
  } else if (p.kind == HoldKind::histogram) {
    if (!p.histogram) throw ConfigError("hold=histogram needs a histogram of hold times");
    add_histogram(*p.histogram);
  } else {
    add_single(p);
  }
  weigh();
}

void HoldTime::add_mixture(const HoldTimeParams& p) {
  using Shape = HoldLaw::Shape;
  total_ = million;
  const std::int64_t others = std::int64_t{p.slow_ppm} + p.tail_ppm + p.stuck_ppm + p.fragment_ppm;
  require("the sum of hold_slow_ppm, hold_tail_ppm, hold_stuck_ppm and hold_fragment_ppm", others,
          0, million);
  add({Shape::lognormal, HoldClass::in_order, p.hold_median, 0, p.hold_sigma_milli,
       static_cast<std::uint64_t>(million - others)});
  add({Shape::lognormal, HoldClass::slow, p.slow_median, 0, p.slow_sigma_milli, p.slow_ppm});
  add({Shape::pareto, HoldClass::tail, p.tail_min, p.tail_cap, p.tail_alpha_milli, p.tail_ppm});
  add({Shape::pareto, HoldClass::stuck, p.stuck_min, p.stuck_cap, 0, p.stuck_ppm});
  add({Shape::constant, HoldClass::fragment, p.fragment_time, 0, 0, p.fragment_ppm});
}

void HoldTime::add_single(const HoldTimeParams& p) {
  using Shape = HoldLaw::Shape;
  HoldLaw law{Shape::constant, HoldClass::single, p.hold_median, 0, 0, total_ = 1};
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
             total_};
      break;
    case HoldKind::mixture:
    case HoldKind::histogram:
      throw InternalError("not a single law");
  }
  add(law);
}

void HoldTime::add_histogram(const HoldHistogram& h) {
  const auto bad = [&h](const std::string& what) {
    throw ConfigError("hold time: histogram " + h.name + ": " + what);
  };
  constexpr std::int64_t longest_ns = longest / ps_per_ns;
  constexpr std::uint64_t most = std::uint64_t{1} << 40;
  std::int64_t end = 0;
  for (const HoldHistogram::Bin& bin : h.bins) {
    if (bin.lo_ns < end || bin.hi_ns <= bin.lo_ns || bin.hi_ns > longest_ns)
      bad("a bin from " + std::to_string(bin.lo_ns) + " to " + std::to_string(bin.hi_ns) +
          " ns; allowed: rising bins that do not overlap, from 0 to " + std::to_string(longest_ns) +
          " ns");
    end = bin.hi_ns;
    if (bin.count > most - total_)
      bad("counts more than " + std::to_string(most) + " holds; allowed: 1 to so many");
    total_ += bin.count;
    using Shape = HoldLaw::Shape;
    const Ps lo = bin.lo_ns * ps_per_ns, hi = bin.hi_ns * ps_per_ns;
    add(lo == 0 ? HoldLaw{Shape::uniform, HoldClass::single, hi, 0, 0, bin.count}
                : HoldLaw{Shape::pareto, HoldClass::single, lo, hi, 0, bin.count});
  }
  if (total_ == 0) bad("counts no hold; allowed: 1 to " + std::to_string(most));
}

void HoldTime::add(HoldLaw law) {
  if (law.weight == 0) return;
  if (law.shape == HoldLaw::Shape::lognormal && law.milli == 0)
    law.shape = HoldLaw::Shape::constant;
  law.set_mean();
  laws_.push_back(law);
}

// Turns shares, and shares times means, into thresholds for a 64-bit word.
void HoldTime::weigh() {
  u128 weight_total = 0;
  for (const HoldLaw& law : laws_) weight_total += static_cast<u128>(law.weight) * law.mean;
  mean_ = static_cast<Ps>((weight_total + total_ / 2) / total_);
  int shift = 0;  // leaves 63 bits, so that a share of 2^64 fits
  while (weight_total >> shift >> 63) ++shift;
  u128 share = 0, weight = 0;
  for (HoldLaw& law : laws_) {
    share += law.weight;
    weight += static_cast<u128>(law.weight) * law.mean;
    // Shares of 2^64; the last one, 2^64 itself, wraps to 0 and is never compared with.
    law.threshold = static_cast<std::uint64_t>((share << 64) / total_);
    law.residual_threshold =
        static_cast<std::uint64_t>((weight >> shift << 64) / (weight_total >> shift));
  }
}

const HoldLaw& HoldTime::pick(sim::Stream& stream, bool residual) const {
  const std::uint64_t word = stream.u64();
  return *std::partition_point(
      laws_.begin(), laws_.end() - 1, [word, residual](const HoldLaw& each) {
        return word >= (residual ? each.residual_threshold : each.threshold);
      });
}

Hold HoldTime::draw(sim::Stream& stream) const {
  const HoldLaw& law = pick(stream, false);
  return {law.draw(stream), law.cls};
}

Hold HoldTime::draw_residual(sim::Stream& stream) const {
  const HoldLaw& law = pick(stream, true);
  return {law.draw_residual(stream), law.cls};
}

HoldTime::Met HoldTime::draw_met(sim::Stream& stream) const {
  return pick(stream, true).draw_met(stream);
}

// The shares of those that are longer, in 2^64: a class's share of words times its weight.
std::uint64_t HoldTime::survivors(Ps age) const {
  u128 sum = 0;
  for (const HoldLaw& law : laws_) sum += static_cast<u128>(law.weight) * law.survivors(age);
  return static_cast<std::uint64_t>(sum / total_);
}

Ps HoldTime::draw_longer(sim::Stream& stream, Ps age) const {
  u128 sum = 0;
  for (const HoldLaw& law : laws_) sum += static_cast<u128>(law.weight) * law.survivors(age);
  check(sum > 0, "draw_longer needs an age that some hold exceeds");
  int shift = 0;
  while (sum >> shift >> 64) ++shift;
  u128 at = static_cast<u128>(stream.below(static_cast<std::uint64_t>(sum >> shift))) << shift;
  const HoldLaw* chosen = nullptr;
  for (const HoldLaw& law : laws_) {
    const u128 mine = static_cast<u128>(law.weight) * law.survivors(age);
    if (mine == 0) continue;
    chosen = &law;
    if (at < mine) break;
    at -= mine;
  }
  return chosen->draw_longer(stream, age);
}

Ps HoldTime::age_of(std::uint64_t one_in) const {
  Ps age = 0;
  for (const HoldLaw& law : laws_) {
    // 1 / one_in of all holds, shared equally: of this law's ranks, total / (weight classes one_in).
    const u128 rare = (static_cast<u128>(total_) << 64) / law.weight / laws_.size() / one_in;
    if (rare >> 64 == 0) age = std::max(age, law.at(~static_cast<std::uint64_t>(rare)));
  }
  return age;
}

Ps HoldTime::longest_finite() const {
  Ps most = 0;
  for (const HoldLaw& law : laws_)
    if (law.cls != HoldClass::stuck) most = std::max(most, law.longest());
  return most;
}

double HoldTime::share(const HoldLaw& law) const {
  return static_cast<double>(law.weight) / static_cast<double>(total_);
}

std::array<double, 6> HoldTime::shares() const {
  std::array<double, 6> out{};
  for (const HoldLaw& law : laws_) out[static_cast<std::size_t>(law.cls)] += share(law);
  return out;
}

std::array<double, 6> HoldTime::stationary_shares() const {
  std::array<double, 6> out{};
  for (const HoldLaw& law : laws_)
    out[static_cast<std::size_t>(law.cls)] +=
        share(law) * static_cast<double>(law.mean) / static_cast<double>(mean_);
  return out;
}

double HoldTime::survival(Ps u) const {
  double sum = 0;
  for (const HoldLaw& law : laws_) sum += share(law) * law.survival(static_cast<double>(u));
  return sum;
}

double HoldTime::density(std::string_view law, Ps age, Ps time) const {
  if (time < 0) return 0;
  if (law == hold_laws::residual) return survival(time) / static_cast<double>(mean_);
  const bool aged = law == hold_laws::aged;
  double sum = 0;
  for (const HoldLaw& each : laws_)
    sum += share(each) * each.density(static_cast<double>(aged ? age + time : time));
  return aged ? sum / survival(age) : sum;
}

bool HoldTime::has_density() const {
  return std::none_of(laws_.begin(), laws_.end(),
                      [](const HoldLaw& law) { return law.shape == HoldLaw::Shape::constant; });
}

double HoldTime::survival_integral(Ps a, Ps b) const {
  check(0 <= a && a <= b, "survival_integral needs 0 <= a <= b");
  double sum = 0;
  for (const HoldLaw& law : laws_) {
    const double to_b = law.survival_below(static_cast<double>(b));
    sum += share(law) * (to_b - law.survival_below(static_cast<double>(a)));
  }
  return sum;
}

}  // namespace poolrace::models
