// SPDX-License-Identifier: MIT
// The delays that are told beforehand are those that come; one more is where it should be, all that
// was before it stays, and what is drawn anew has the same law.
#include "models/delays.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "models/parameters.hpp"

namespace poolrace::models {
namespace {

Parameters parameters_with(const std::vector<std::pair<std::string, std::string>>& changes) {
  auto settings = parameter_table().defaults();
  for (const auto& [name, value] : changes) parameter_table().set(settings, name, value, "test");
  return settings.values;
}

const std::vector<std::pair<std::string, std::string>> pareto = {{"steal_ppm", "50000"},
                                                                 {"steal_law", "pareto"},
                                                                 {"steal_alpha", "1.3"},
                                                                 {"steal_min_us", "100"},
                                                                 {"steal_max_us", "100000"}};
const std::vector<std::pair<std::string, std::string>> exponential = {{"steal_ppm", "100000"}};
const std::vector<std::pair<std::string, std::string>> noise = {
    {"irq_noise_hz", "1000"}, {"irqs_off_hz", "500"}, {"noise_hz", "100"}};

std::vector<Delayer> random_delayers(const Parameters& parameters) {
  auto out = delayers(parameters);
  std::erase_if(out, [](const Delayer& d) { return d.tick; });
  return out;
}

TEST(Delays, AreThoseThatTheSettingsHave) {
  ASSERT_EQ(delayers(parameters_with({})).size(), 1u);
  EXPECT_TRUE(delayers(parameters_with({}))[0].tick);
  EXPECT_EQ(random_delayers(parameters_with(pareto)).size(), 1u);
  const auto three = random_delayers(parameters_with(noise));
  ASSERT_EQ(three.size(), 3u);
  EXPECT_EQ(std::string(three[1].stream), "irqs off");
}

// Every jiffy, on every CPU at once; and it can be had at any date, to the picosecond.
TEST(Delays, TheTickIsWhereItShouldBe) {
  const Delayer tick = delayers(parameters_with({{"hz", "1000"}})).back();
  ASSERT_TRUE(tick.tick);
  for (const Ps at : {Ps{0}, ps_per_us, 3 * ps_per_ms - 1, Ps{29'314'159'265}}) {
    const auto words = one_more(tick, sim::Streams(3, 4), 1, at, 0);
    ASSERT_TRUE(words);
    for (const CpuId cpu : {0u, 5u}) {
      const auto ticks = delays_until(tick, sim::Streams(3, 4, *words), cpu, at + 1);
      ASSERT_FALSE(ticks.empty());
      EXPECT_EQ(ticks.back().at, at);
      EXPECT_EQ(static_cast<Ps>(ticks.size()), at / ps_per_ms + 1);
      EXPECT_EQ(ticks.front().at, at % ps_per_ms);
    }
  }
}

TEST(Delays, LongerOnesHaveLargerRanks) {
  for (const auto& settings : {pareto, exponential, noise})
    for (const Delayer& d : random_delayers(parameters_with(settings))) {
      Ps last = d.length_of(0);
      for (int i = 1; i <= 64; ++i) {
        const Ps next = d.length_of(~std::uint64_t{0} >> (64 - i));
        EXPECT_GE(next, last) << d.name;
        last = next;
      }
      EXPECT_GT(last, 2 * d.length_of(1ULL << 63)) << d.name;
    }
}

TEST(Delays, OneMoreIsWhereItShouldBe) {
  const sim::Streams plain(3, 4);
  for (const auto& settings : {pareto, exponential, noise})
    for (const Delayer& d : random_delayers(parameters_with(settings))) {
      const auto before = delays_until(d, plain, 2, ps_per_s);
      ASSERT_GT(before.size(), 20u) << d.name;
      int stolen = 0;
      for (Ps at = 3 * ps_per_ms; at < 900 * ps_per_ms; at += 31'415'926'535) {
        const auto words = one_more(d, plain, 2, at, 0x4000000000000000);
        if (!words) {
          ++stolen;
          continue;
        }
        const auto after = delays_until(d, sim::Streams(3, 4, *words), 2, ps_per_s);
        std::size_t same = 0;
        while (before[same].at < at) ++same;
        for (std::size_t i = 0; i < same; ++i) {
          EXPECT_EQ(after[i].at, before[i].at);
          EXPECT_EQ(after[i].length, before[i].length);
        }
        EXPECT_NEAR(static_cast<double>(after.at(same).at), static_cast<double>(at), 2) << d.name;
        EXPECT_EQ(after[same].length, d.length_of(0x4000000000000000));
      }
      if (!d.stops) {
        EXPECT_EQ(stolen, 0);
      }
    }
}

// What is not stolen is 1 − the share of time; there a delay can be put in, elsewhere none.
TEST(Delays, NoneIsPutIntoATheft) {
  const Delayer d = delayers(parameters_with(exponential)).front();
  int none = 0;
  constexpr int dates = 4000;
  for (int i = 0; i < dates; ++i)
    none += !one_more(d, sim::Streams(7, static_cast<std::uint64_t>(i)), 0, 10 * ps_per_ms, 0);
  EXPECT_NEAR(none, dates * 0.1, 4 * std::sqrt(dates * 0.09));
}

}  // namespace
}  // namespace poolrace::models
