// SPDX-License-Identifier: MIT
// Hold times: the draws against survival(), survival() against its own integral by quadrature, and
// the residual draws against (integral of survival) / mean, which is the stationary law; a renewal
// process sampled at random dates confirms that law without any formula.  Fixed seeds; each
// statistical test at 1e-3.
#include "models/traffic/hold_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "models/traffic/hold_histogram.hpp"
#include "sim/errors.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

sim::Stream fresh(const char* name) {
  return sim::Streams(5, 7).stream(name);
}

constexpr double kolmogorov_at_1e3 = 1.950;
double kolmogorov(std::vector<Ps> sample, const std::function<double(Ps)>& cdf) {
  std::sort(sample.begin(), sample.end());
  const double n = static_cast<double>(sample.size());
  double worst = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double f = cdf(sample[i]);
    worst = std::max({worst, static_cast<double>(i + 1) / n - f, f - static_cast<double>(i) / n});
  }
  return worst * std::sqrt(n);
}

struct Case {
  const char* name;
  HoldTimeParams params;
};
std::vector<Case> cases() {
  const auto single = [](HoldKind kind) {
    HoldTimeParams p;
    p.kind = kind;
    return p;
  };
  std::vector<Case> out = {{"mixture", {}},
                           {"exponential", single(HoldKind::exponential)},
                           {"lognormal", single(HoldKind::lognormal)},
                           {"pareto", single(HoldKind::pareto)}};
  HoldTimeParams p = single(HoldKind::pareto);  // alpha 1 and below: other branches
  p.tail_alpha_milli = 1000;
  out.push_back({"pareto alpha 1", p});
  p.tail_alpha_milli = 600;
  out.push_back({"pareto alpha 0.6", p});
  p = {};
  p.fragment_ppm = 200'000;
  p.stuck_ppm = 100'000;
  p.tail_ppm = 300'000;
  out.push_back({"heavy mixture", p});
  p = single(HoldKind::histogram);
  p.histogram = std::make_shared<const HoldHistogram>(HoldHistogram{
      {{0, 8'000, 300}, {8'000, 16'000, 0}, {16'000, 32'000, 500}, {64'000, 9'000'000, 40}},
      "hist",
      0});
  out.push_back({"histogram", p});
  return out;
}

// Integral of survival over a .. b by Simpson's rule in log time (and linear below the first ps).
double quadrature(const HoldTime& hold, double a, double b) {
  const int n = 400'000;
  const double lo = std::log(std::max(a, 1.0)), step = (std::log(b) - lo) / n;
  double sum = 0;
  for (int i = 0; i <= n; ++i) {
    const double u = std::exp(lo + i * step);
    sum += (i == 0 || i == n ? 1 : i % 2 ? 4 : 2) * u * hold.survival(static_cast<Ps>(u));
  }
  return sum * step / 3 + std::max(0.0, 1 - a);
}

TEST(HoldTime, DrawsFollowSurvival) {
  for (const Case& c : cases()) {
    const HoldTime hold(c.params);
    auto stream = fresh(c.name);
    std::vector<Ps> x(100'000);
    for (Ps& t : x) t = hold.draw(stream).time;
    std::erase(x, c.params.fragment_time);  // an atom, which Kolmogorov's test does not allow for
    const double atom = hold.shares()[static_cast<std::size_t>(HoldClass::fragment)];
    const auto cdf = [&](Ps u) {
      const double at_or_below = 1 - hold.survival(u);
      return (at_or_below - (u >= c.params.fragment_time ? atom : 0)) / (1 - atom);
    };
    EXPECT_LT(kolmogorov(x, cdf), kolmogorov_at_1e3) << c.name;
  }
}

TEST(HoldTime, MeanIsTheIntegralOfSurvival) {
  for (const Case& c : cases()) {
    const HoldTime hold(c.params);
    const double mean = static_cast<double>(hold.mean());
    EXPECT_NEAR(hold.survival_integral(0, ps_never), mean, 1 + 1e-12 * mean) << c.name;  // in ps
    EXPECT_NEAR(quadrature(hold, 0, 3e17) / mean, 1, 1e-5) << c.name;
  }
}

TEST(HoldTime, SurvivalIntegralOfAnInterval) {
  for (const Case& c : cases()) {
    const HoldTime hold(c.params);
    const std::vector<Ps> dates = {0, 20_us, 70_us, 5_ms, 300_ms, 20_s, 200_s};
    for (std::size_t i = 0; i + 1 < dates.size(); ++i) {
      const double a = static_cast<double>(dates[i]), b = static_cast<double>(dates[i + 1]);
      EXPECT_NEAR(
          hold.survival_integral(dates[i], dates[i + 1]), quadrature(hold, a, b),
          1e-4 * (b - a) * hold.survival(dates[i]) + 1e-12 * static_cast<double>(hold.mean()))
          << c.name << ' ' << i;
    }
  }
}

// What lies between two dates, by the middle of short pieces, against survival().
TEST(HoldTime, DensityIsWhatSurvivalLoses) {
  const Ps age = 3_ms;
  for (const Case& c : cases()) {
    const HoldTime hold(c.params);
    const auto lost = [&hold](Ps a, Ps b) { return hold.survival(a) - hold.survival(b); };
    for (const Ps from : {20_us, 900_us, 12_ms}) {
      constexpr int pieces = 2000;
      const Ps piece = from / 10 / pieces, to = from + pieces * piece;
      const auto sum_of = [&](const char* law) {
        double sum = 0;
        for (Ps at = from + piece / 2; at < to; at += piece)
          sum += static_cast<double>(piece) * hold.density(law, age, at);
        return sum;
      };
      const double fresh_sum = sum_of(hold_laws::fresh), aged_sum = sum_of(hold_laws::aged);
      EXPECT_NEAR(fresh_sum, lost(from, to), 1e-4 * fresh_sum + 1e-12) << c.name;
      EXPECT_NEAR(aged_sum, lost(age + from, age + to) / hold.survival(age),
                  1e-4 * aged_sum + 1e-12)
          << c.name;
      const double met = sum_of(hold_laws::residual) * static_cast<double>(hold.mean());
      EXPECT_NEAR(met, hold.survival_integral(from, to), 1e-4 * met + 1) << c.name;
    }
  }
}

// The integers of survivors() against the doubles of survival(), and of draw_longer() likewise.
TEST(HoldTime, WhatIsLongerThanAnAge) {
  for (const Case& c : cases()) {
    const HoldTime hold(c.params);
    auto stream = fresh(c.name);
    for (const Ps age : {1_ns, 7_us, 40_us, 300_us, 5_ms, 2_s}) {
      const double share = hold.survival(age);
      EXPECT_NEAR(std::ldexp(static_cast<double>(hold.survivors(age)), -64), share,
                  2e-5 * share + 1e-18)
          << c.name << ' ' << age;
      if (hold.survivors(age) == 0) continue;
      std::vector<Ps> x(6'000);
      for (Ps& t : x) ASSERT_GT(t = hold.draw_longer(stream, age), age);
      std::erase(x, c.params.fragment_time);
      const double atom = age < c.params.fragment_time ? c.params.fragment_ppm / 1e6 / share : 0;
      const bool mixed = c.params.kind == HoldKind::mixture;
      EXPECT_LT(kolmogorov(x,
                           [&](Ps u) {
                             const double at_or_below = 1 - hold.survival(u) / share;
                             if (!mixed) return at_or_below;
                             return (at_or_below - (u >= c.params.fragment_time ? atom : 0)) /
                                    (1 - atom);
                           }),
                kolmogorov_at_1e3)
          << c.name << ' ' << age;
    }
    EXPECT_LE(hold.survival(hold.age_of(1024)), 1.0001 / 1024) << c.name;
    EXPECT_GE(hold.survival(hold.age_of(1024)), 1.0 / 1024 / 5) << c.name;
  }
}

TEST(HoldTime, AHistogramKeepsItsCounts) {
  const HoldTime hold(cases().back().params);
  auto stream = fresh("histogram");
  std::array<int, 4> seen{};
  for (int i = 0; i < 84'000; ++i) {
    const Ps t = hold.draw(stream).time;
    ++seen[t < 8_us ? 0 : t < 16_us ? 1 : t < 32_us ? 2 : 3];
    ASSERT_TRUE(t < 32_us || t >= 64_us) << "between two bins";
  }
  EXPECT_NEAR(seen[0], 30'000, 4 * std::sqrt(30'000));
  EXPECT_EQ(seen[1], 0);
  EXPECT_NEAR(seen[2], 50'000, 4 * std::sqrt(50'000));
  EXPECT_NEAR(seen[3], 4'000, 4 * std::sqrt(4'000));
  EXPECT_EQ(hold.longest_finite(), 9_ms);
}

TEST(HoldTime, AHistogramThatIsNoneIsRefused) {
  const auto message = [](std::vector<HoldHistogram::Bin> bins) {
    HoldTimeParams params;
    params.kind = HoldKind::histogram;
    params.histogram = std::make_shared<const HoldHistogram>(HoldHistogram{bins, "F @ns", 0});
    try {
      HoldTime hold(params);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  const std::string rule = " ns; allowed: rising bins that do not overlap, from 0 to ";
  EXPECT_EQ(message({{0, 1, 1}}), "no error");
  EXPECT_EQ(message({{0, 2, 1}, {1, 3, 1}}),
            "hold time: histogram F @ns: a bin from 1 to 3" + rule + "8640000000000000 ns");
  EXPECT_NE(message({{5, 5, 1}}).find("a bin from 5 to 5" + rule), std::string::npos);
  EXPECT_NE(message({{-1, 5, 1}}).find("a bin from -1 to 5" + rule), std::string::npos);
  EXPECT_NE(message({{0, 8'640'000'000'000'001, 1}}).find(rule), std::string::npos);
  EXPECT_EQ(message({{0, 1, 0}}),
            "hold time: histogram F @ns: counts no hold; allowed: 1 to 1099511627776");
  EXPECT_NE(message({{0, 1, ~std::uint64_t{0}}}).find("counts more than"), std::string::npos);
  HoldTimeParams none;
  none.kind = HoldKind::histogram;
  EXPECT_THROW(HoldTime{none}, ConfigError);
}

TEST(HoldTime, ResidualFollowsTheStationaryLaw) {
  for (const Case& c : cases()) {
    const HoldTime hold(c.params);
    auto stream = fresh(c.name);
    std::vector<Ps> x(100'000);
    for (Ps& t : x) t = hold.draw_residual(stream).time;
    const double mean = static_cast<double>(hold.mean());
    EXPECT_LT(kolmogorov(x, [&](Ps r) { return hold.survival_integral(0, r) / mean; }),
              kolmogorov_at_1e3)
        << c.name;
  }
}

// Holds laid end to end, looked at every so often: what remains of the current one, without any
// formula.  Two-sample Kolmogorov-Smirnov against the draws.  Looks are further apart than any
// hold is long (bar a few in 1e5), so that they are independent.
TEST(HoldTime, ResidualIsWhatARenewalProcessShows) {
  HoldTimeParams params;
  params.slow_sigma_milli = 500;
  params.tail_cap = 20_ms;
  params.stuck_ppm = 0;
  params.fragment_ppm = 10'000;
  params.fragment_time = 12_ms;
  const HoldTime hold(params);
  auto stream = fresh("renewal");
  const std::size_t n = 20'000;
  std::vector<Ps> seen, drawn;
  Ps look = 0, end = 0;
  while (seen.size() < n) {
    look += stream.between(25_ms, 100_ms);
    while (end <= look) end += hold.draw(stream).time;
    seen.push_back(end - look);
    drawn.push_back(hold.draw_residual(stream).time);
  }
  std::sort(drawn.begin(), drawn.end());
  const double worst = kolmogorov(seen, [&](Ps r) {
    const auto below = std::upper_bound(drawn.begin(), drawn.end(), r) - drawn.begin();
    return static_cast<double>(below) / static_cast<double>(n);
  });
  EXPECT_LT(worst / std::sqrt(2), kolmogorov_at_1e3);
}

TEST(HoldTime, ConstantHoldsAreMetAtAUniformAge) {
  HoldTimeParams params;
  params.kind = HoldKind::constant;
  const HoldTime hold(params);
  auto stream = fresh("constant");
  std::vector<Ps> x(50'000);
  for (Ps& r : x) {
    const Hold whole = hold.draw(stream);
    EXPECT_EQ(whole.time, 40_us);
    EXPECT_EQ(whole.cls, HoldClass::single);
    r = hold.draw_residual(stream).time;
  }
  EXPECT_LT(kolmogorov(x, [](Ps r) { return static_cast<double>(r) / 40e6; }), kolmogorov_at_1e3);
  EXPECT_EQ(hold.mean(), 40_us);
  EXPECT_DOUBLE_EQ(hold.survival_integral(10_us, ps_never), 30e6);
}

TEST(HoldTime, HoldMedianIsTheMedianOfEverySingleLaw) {
  for (const auto kind : {HoldKind::exponential, HoldKind::lognormal, HoldKind::pareto}) {
    for (const Ps median : {1_us, 40_us, 9_s}) {
      HoldTimeParams params;
      params.kind = kind;
      params.hold_median = median;
      EXPECT_NEAR(HoldTime(params).survival(median), 0.5, 1e-6);
    }
  }
}

TEST(HoldTime, ClassesHaveTheirShares) {
  const HoldTime hold(HoldTimeParams{});
  auto stream = fresh("classes");
  const int n = 1'000'000;
  std::array<double, 6> drawn{}, met{};
  for (int i = 0; i < n; ++i) {
    drawn[static_cast<std::size_t>(hold.draw(stream).cls)] += 1;
    met[static_cast<std::size_t>(hold.draw_residual(stream).cls)] += 1;
  }
  const auto expect_shares = [&](const std::array<double, 6>& counts,
                                 const std::array<double, 6>& shares) {
    for (std::size_t c = 0; c < counts.size(); ++c) {
      const double deviation = std::sqrt(n * shares[c] * (1 - shares[c]));
      EXPECT_LE(std::abs(counts[c] - n * shares[c]), 3.9 * deviation) << c;  // 1e-4 each
    }
  };
  expect_shares(drawn, {0.90, 0.09, 0.0099, 0.0001, 0, 0});
  expect_shares(met, hold.stationary_shares());
}

// By hand: 0.9 * 40 us * e^0.5, 0.09 * 1 ms * e^0.72, 0.0099 * 44.85 ms, 1e-4 * 540 s / ln 10.
TEST(HoldTime, TheDefaultIsRuledByItsStuckPages) {
  const HoldTime hold(HoldTimeParams{});
  const double in_order = 0.9 * 40e6 * std::exp(0.5), slow = 0.09 * 1e9 * std::exp(0.72);
  const double tail = 0.0099 * 1e10 * 6 * (1 - std::pow(1e-3, 0.2)) / (1 - std::pow(1e-3, 1.2));
  const double stuck = 1e-4 * 540e12 / std::log(10);
  const double mean = in_order + slow + tail + stuck;
  EXPECT_NEAR(static_cast<double>(hold.mean()) / mean, 1, 1e-9);
  EXPECT_NEAR(hold.stationary_shares()[0], in_order / mean, 1e-9);
  EXPECT_NEAR(hold.stationary_shares()[3], 0.971, 0.001);
}

TEST(HoldTime, TheMedianMovesItsOwnClassOnly) {
  HoldTimeParams params;
  params.hold_median = 400_us;
  const HoldTime slower(params), standard(HoldTimeParams{});
  auto a = fresh("same"), b = fresh("same");
  for (int i = 0; i < 10'000; ++i) {
    const Hold x = standard.draw(a), y = slower.draw(b);
    ASSERT_EQ(x.cls, y.cls);
    if (x.cls == HoldClass::in_order) {
      EXPECT_NEAR(static_cast<double>(y.time), 10.0 * static_cast<double>(x.time), 6);
    } else {
      EXPECT_EQ(x.time, y.time);
    }
  }
}

TEST(HoldTime, TinyHoldsKeepTheirShares) {  // the thresholds are not coarser for small means
  HoldTimeParams params;
  params.hold_median = 10;
  params.hold_sigma_milli = 0;
  params.tail_ppm = params.stuck_ppm = params.slow_ppm = 0;
  params.fragment_ppm = 500'000;
  params.fragment_time = 30;
  const HoldTime hold(params);
  EXPECT_EQ(hold.mean(), 20);
  auto stream = fresh("tiny");
  int fragments = 0;
  for (int i = 0; i < 40'000; ++i) {
    fragments += hold.draw_residual(stream).cls == HoldClass::fragment;
  }
  EXPECT_NEAR(fragments, 30'000, 3.29 * std::sqrt(7'500));
}

TEST(HoldTime, GoldenDraws) {
  const HoldTime hold(HoldTimeParams{});
  auto stream = fresh("golden");
  std::uint64_t rolling = 0;
  for (int i = 0; i < 100'000; ++i) {
    for (const Hold h : {hold.draw(stream), hold.draw_residual(stream)}) {
      rolling = (rolling ^ static_cast<std::uint64_t>(h.time) ^ static_cast<std::uint64_t>(h.cls)) *
                0x100000001b3;
    }
  }
  EXPECT_EQ(rolling, 13'993'578'761'114'110'638u);
  EXPECT_EQ(hold.mean(), 24'141'060'679);
}

TEST(HoldTime, ErrorsNameTheParameterAndItsRange) {
  const auto message = [](const std::function<void(HoldTimeParams&)>& spoil) {
    HoldTimeParams params;
    spoil(params);
    try {
      HoldTime hold(params);
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message([](HoldTimeParams& p) { p.hold_sigma_milli = 5000; }),
            "hold time: hold_sigma_milli is 5000; allowed: 0 to 4000");
  EXPECT_EQ(message([](HoldTimeParams& p) { p.tail_ppm = 950'000; }),
            "hold time: the sum of hold_slow_ppm, hold_tail_ppm, hold_stuck_ppm and "
            "hold_fragment_ppm is 1040100; allowed: 0 to 1000000");
  EXPECT_EQ(message([](HoldTimeParams& p) { p.stuck_min = 601_s; }),
            "hold time: stuck_min (ps) is 601000000000000; allowed: 1 to 600000000000000");
  EXPECT_EQ(message([](HoldTimeParams& p) {
              p.kind = HoldKind::pareto;
              p.hold_median = 11_s;
            }),
            "hold time: hold_median_us of hold=pareto (at most hold_tail_cap_us) is 11000000; "
            "allowed: 0.000001 to 10000000 us");
  EXPECT_EQ(message([](HoldTimeParams&) {}), "no error");
}

}  // namespace
}  // namespace poolrace::models
