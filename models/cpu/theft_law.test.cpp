// SPDX-License-Identifier: MIT
// How much time is stolen is what steal_ppm says, from date 0 on, whatever the law; every draw is a
// word and monotone in it.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/cpu/theft.hpp"
#include "models/test_bench.hpp"

namespace poolrace::models {
namespace {

using namespace time_literals;

TheftParams params_of(StealLaw law, std::int64_t ppm = 50'000) {
  return {ppm, law, 500_us, 100_us, 100_ms, 1300};
}

class TheftLaw : public testing::TestWithParam<StealLaw> {};

TEST_P(TheftLaw, ItsMeanIsTheOneThatTheGapsAreMadeFor) {
  const TheftLength length(params_of(GetParam()));
  // alpha / (alpha - 1) min (1 - r^(alpha - 1)) / (1 - r^alpha), r = min / max.
  const double r = 1e-3, alpha = 1.3;
  const double closed =
      GetParam() == StealLaw::exponential
          ? 500e6
          : alpha / (alpha - 1) * 100e6 * (1 - std::pow(r, alpha - 1)) / (1 - std::pow(r, alpha));
  EXPECT_NEAR(static_cast<double>(length.mean()), closed, 1e-8 * closed);
  sim::Stream stream = sim::Streams(1, 0).stream("steals");
  constexpr int draws = 400'000;
  double sum = 0, squares = 0;
  for (int i = 0; i < draws; ++i) {
    const auto x = static_cast<double>(length.draw(stream));
    sum += x;
    squares += x * x;
  }
  EXPECT_EQ(stream.drawn(), draws);
  const double mean = sum / draws;
  const double error = std::sqrt((squares / draws - mean * mean) / draws);
  EXPECT_NEAR(mean, closed, 4 * error);
  EXPECT_LT(error, 0.01 * closed);
}

// What is left of a theft that is met lasts E[x^2] / (2 E[x]) in the mean.
TEST_P(TheftLaw, WhatIsLeftOfOneIsTheRenewalLaw) {
  const TheftLength length(params_of(GetParam()));
  const double alpha = 1.3, r = 1e-3;
  const double square = alpha / (2 - alpha) * 1e16 * (std::pow(r, alpha - 2) - 1) /
                        (1 - std::pow(r, alpha));  // of 100 us
  const double closed = GetParam() == StealLaw::exponential
                            ? 500e6
                            : square / (2 * static_cast<double>(length.mean()));
  sim::Stream stream = sim::Streams(2, 0).stream("steals");
  constexpr int draws = 200'000;
  double sum = 0, squares = 0;
  for (int i = 0; i < draws; ++i) {
    const auto x = static_cast<double>(length.draw_rest(stream));
    sum += x;
    squares += x * x;
  }
  EXPECT_EQ(stream.drawn(), 2 * draws);
  const double mean = sum / draws;
  EXPECT_NEAR(mean, closed, 4 * std::sqrt((squares / draws - mean * mean) / draws));
}

// Each CPU by itself is stolen that share of the time, idle or not, and already at date 0: without a
// start in the steady state hardly one were stolen in the first milliseconds.
TEST_P(TheftLaw, TheShareOfTimeIsStolenAtEveryDate) {
  const std::vector<Ps> dates = {0, 300_us, 3_ms};
  std::vector<int> stolen(dates.size());
  constexpr int machines = 40, cpus = 256;
  for (std::uint64_t seed = 0; seed < machines; ++seed) {
    BenchSetup setup;
    setup.p.cpus = cpus;
    TestBench b(setup);
    const Thefts thefts(b.cpus, params_of(GetParam()), sim::Streams(seed, 0));
    for (std::size_t i = 0; i < dates.size(); ++i)
      b.at(dates[i], [&, i] {
        for (CpuId cpu = 0; cpu < cpus; ++cpu) stolen[i] += b.cpus[cpu].frozen();
      });
    b.run(4_ms);
  }
  const double expected = 0.05 * machines * cpus;
  for (std::size_t i = 0; i < dates.size(); ++i)
    EXPECT_NEAR(stolen[i], expected, 4 * std::sqrt(expected * 0.95)) << "date " << dates[i];
}

TEST_P(TheftLaw, TheShareOfALongTimeIsStolen) {
  BenchSetup setup;
  setup.p.cpus = 64;
  TestBench b(setup);
  const Thefts thefts(b.cpus, params_of(GetParam(), 200'000), sim::Streams(7, 0));
  const Ps length = 5_s;
  for (CpuId cpu = 0; cpu < 8; ++cpu)  // busy ones as much as idle ones
    b.task(cpu, [&] { b.cpus.compute(100_s); });
  b.run(length);
  // By CPU, so that their scatter gives the error.
  double sum = 0, squares = 0, busy = 0;
  for (CpuId cpu = 0; cpu < 64; ++cpu) {
    const double share = static_cast<double>(b.cpus[cpu].stolen()) / static_cast<double>(length);
    sum += share;
    squares += share * share;
    if (cpu < 8) busy += share;
  }
  const double mean = sum / 64, deviation = std::sqrt(squares / 64 - mean * mean);
  EXPECT_NEAR(mean, 0.2, 4 * deviation / 8);
  EXPECT_LT(deviation / 8, 0.003);
  EXPECT_NEAR(busy / 8, 0.2, 4 * deviation / std::sqrt(8));
}

INSTANTIATE_TEST_SUITE_P(Laws, TheftLaw, testing::Values(StealLaw::exponential, StealLaw::pareto),
                         [](const auto& law) {
                           return std::string(steal_law_names[static_cast<int>(law.param)]);
                         });

TEST(TheftStreams, EveryCpuHasAStreamOfItsOwn) {
  std::vector<std::vector<Ps>> by_cpu[2];
  for (const std::int64_t cpus : {2, 4}) {
    BenchSetup setup;
    setup.p.cpus = cpus;
    TestBench b(setup);
    const Thefts thefts(b.cpus, params_of(StealLaw::pareto, 200'000), sim::Streams(3, 0));
    auto& seen = by_cpu[cpus / 4];
    seen.resize(2);
    for (int i = 1; i < 100; ++i)
      b.at(i * 1_ms, [&] {
        for (CpuId cpu = 0; cpu < 2; ++cpu) seen[cpu].push_back(b.cpus[cpu].stolen());
      });
    b.run(100_ms);
  }
  EXPECT_EQ(by_cpu[0], by_cpu[1]) << "more CPUs move no draw of these";
  EXPECT_NE(by_cpu[0][0], by_cpu[0][1]);
}

}  // namespace
}  // namespace poolrace::models
