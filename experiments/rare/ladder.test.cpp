// SPDX-License-Identifier: MIT
// Against closed forms: the product of a ladder's shares is right on average, and where there is no way it
// gives no number.
#include "experiments/rare/ladder.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/drawn.hpp"

namespace poolrace::experiments {
namespace {

double uniform(std::uint64_t word) {
  return static_cast<double>(word >> 11) * 0x1p-53;
}

// Harm if one word of many is in an interval of a width and another in one of a hundredth: the way there
// is told by both distances, as a put's date and a tick's are.
Climb two_words(std::uint64_t seed, double width, double shortest = 0) {
  Climb out;
  out.seed = seed;
  out.reach = [seed, width, shortest](std::int64_t run, const std::vector<sim::GivenWord>& words) {
    const sim::Streams streams(seed, static_cast<std::uint64_t>(run), words);
    const double tick = std::abs(uniform(streams.word(models::drawn::tick_phase, 0, 0)) - 0.5);
    const double hold = uniform(streams.word(models::drawn::hold_times, 0, 30));
    Reached reached{harmed,
                    {{{models::drawn::tick_phase, 0}, 1}, {{models::drawn::hold_times, 0}, 40}}};
    // How many words are drawn hangs on one that matters: the way back is not as likely as the way.
    reached.drawn[{models::drawn::hold_times, 0}] += static_cast<std::uint64_t>(20 * hold);
    if (2 * tick >= width || hold >= 0.01 || shortest != 0)
      reached.miss =
          std::log10(std::max(2 * tick, width)) + std::log10(std::max(hold, 0.01)) + shortest;
    return reached;
  };
  return out;
}

LadderSize small() {
  return {.replicas = 10, .particles = 100, .moves = 10};
}

Ladder climbed(const Climb& what, int jobs) {
  return climb(what, small(), Rounds(nullptr, "toy", jobs));
}

// The mean of all replicas of all seeds; and the interval's coverage, which is a little below 95 % (a
// product is skewed), where there is one at all.
void is_right_on_average(double width, int seeds) {
  const double p = width * 0.01;
  double sum = 0, squares = 0;
  int covered = 0, told = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    const Ladder l = climbed(two_words(static_cast<std::uint64_t>(seed), width), 2);
    ASSERT_FALSE(l.levels.empty()) << width << " " << seed;
    sum += l.probability();
    squares += l.probability() * l.probability();
    const auto i = l.interval();
    told += i.has_value();
    covered += i && i->low <= p && p <= i->high;
  }
  const double mean = sum / seeds;
  const double error = std::sqrt((squares / seeds - mean * mean) / seeds);
  EXPECT_NEAR(mean, p, 3 * error) << width;
  EXPECT_LT(error, p / 4) << width;
  EXPECT_GT(told, seeds / 5) << width;
  EXPECT_GT(covered, told * 0.8) << width;
  std::printf("p %.1e: mean %.2e +- %.1e, %d of %d intervals cover\n", p, mean, error, covered,
              told);
}

TEST(LadderSlow, IsRightOnAverage) {
  is_right_on_average(0.1, 20);
}

TEST(LadderLong, IsRightOnAverageFurtherDown) {
  for (const double width : {1e-3, 1e-5}) is_right_on_average(width, 40);
}

TEST(Ladder, IsTheSameForAnyNumberOfJobs) {
  const Ladder one = climbed(two_words(3, 1e-3), 1);
  const Ladder four = climbed(two_words(3, 1e-3), 4);
  ASSERT_FALSE(one.products.empty());
  EXPECT_EQ(one.products, four.products);
  EXPECT_EQ(one.levels, four.levels);
  ASSERT_TRUE(one.first && four.first);
  EXPECT_EQ(one.first->words, four.first->words);
}

// What it says came to harm does.
TEST(Ladder, ItsFirstHitIsHarm) {
  const Climb what = two_words(5, 1e-3);
  const Ladder l = climbed(what, 2);
  ASSERT_TRUE(l.first);
  EXPECT_EQ(what.reach(l.first->run, l.first->words).miss, harmed);
  EXPECT_GT(what.reach(l.first->run, {}).miss, harmed);
}

// As near as can be, and no harm: no number.
TEST(Ladder, WhereThereIsNoWayThereIsNoNumber) {
  const Ladder l = climbed(two_words(3, 1e-2, 1.0), 2);
  EXPECT_TRUE(l.levels.empty());
  EXPECT_TRUE(l.products.empty());
  EXPECT_EQ(l.probability(), 0);
  EXPECT_FALSE(l.interval());
  EXPECT_FALSE(l.first);
}

}  // namespace
}  // namespace poolrace::experiments
