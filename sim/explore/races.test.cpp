// SPDX-License-Identifier: MIT
// Races of executions written by hand, and who may begin the other order.
#include "sim/explore/races.hpp"

#include <gtest/gtest.h>

namespace poolrace::sim {
namespace {

using enum Touch;
constexpr std::uint64_t x = 1, y = 2, lock = 3, flag = 4;

Step step(std::uint32_t context, Footprint touched) {
  Step out;
  out.context = context;
  out.touched = std::move(touched);
  return out;
}

// With which earlier steps each step races.
std::vector<std::vector<std::size_t>> racing(const std::vector<Step>& steps) {
  Races races(steps, {});
  std::vector<std::vector<std::size_t>> out;
  for (const Step& s : steps) {
    Races::Before before = races.before(s);
    out.push_back(before.racing);
    races.note(std::move(before.clock));
  }
  return out;
}

using List = std::vector<std::vector<std::size_t>>;

TEST(Races, AreOfStepsThatConflict) {
  EXPECT_EQ(racing({step(0, {{x, write}}), step(1, {{x, write}})}), (List{{}, {0}}));
  EXPECT_EQ(racing({step(0, {{x, read}}), step(1, {{x, write}})}), (List{{}, {0}}));
  EXPECT_EQ(racing({step(0, {{x, write}}), step(1, {{x, read}})}), (List{{}, {0}}));
  EXPECT_EQ(racing({step(0, {{x, read}}), step(1, {{x, read}})}), (List{{}, {}}));
  EXPECT_EQ(racing({step(0, {{x, write}}), step(1, {{y, write}})}), (List{{}, {}}));
  EXPECT_EQ(racing({step(0, {{x, write}}), step(0, {{x, write}})}), (List{{}, {}}));
}

// A write races with every read since the last write, the latest first.
TEST(Races, OfAWriteAreWithAllThatReadBefore) {
  EXPECT_EQ(racing({step(0, {{x, read}}), step(1, {{x, read}}), step(2, {{x, write}})}),
            (List{{}, {}, {1, 0}}));
  EXPECT_EQ(racing({step(0, {{x, read}}), step(1, {{x, write}}), step(2, {{x, write}})}),
            (List{{}, {0}, {1}}));
}

// Step 0 precedes step 2 by way of y, so that x alone could not turn them round.
TEST(Races, AreNotOfStepsThatAnotherOrders) {
  EXPECT_EQ(
      racing({step(0, {{x, write}, {y, write}}), step(1, {{y, write}}), step(1, {{x, write}})}),
      (List{{}, {0}, {}}));
}

TEST(Races, OfAcquiresGoAcrossTheRelease) {
  const std::vector<Step> steps = {step(0, {{lock, acquire}}), step(0, {{x, write}}),
                                   step(0, {{lock, release}}), step(1, {{lock, acquire}}),
                                   step(1, {{x, write}})};
  EXPECT_EQ(racing(steps), (List{{}, {}, {}, {0}, {}}));  // x is behind the lock
}

TEST(Races, AreNotOfWhoWaitedForASignal) {
  const std::vector<Step> steps = {step(0, {{x, write}, {flag, signal}}), step(1, {{flag, join}}),
                                   step(1, {{x, write}})};
  EXPECT_EQ(racing(steps), (List{{}, {}, {}}));
}

// Before the write of x by 0 it takes a step of 2, which writes what 1 reads first: 1 cannot begin.
TEST(Races, BeginTheOtherOrderWithWhoDoesNotFollow) {
  const std::vector<Step> steps = {step(0, {{x, write}}), step(2, {{y, write}}),
                                   step(1, {{y, read}})};
  const Step second = step(1, {{x, write}});
  Races races(steps, {second});
  for (const Step& s : steps) races.note(races.before(s).clock);
  const Races::Before before = races.before(second);
  EXPECT_EQ(before.racing, (std::vector<std::size_t>{0}));
  EXPECT_EQ(races.initials(0, second, before.clock), set_of(2));
}

TEST(Races, BeginTheOtherOrderWithTheSecondItselfIfNothingIsBetween) {
  const std::vector<Step> steps = {step(0, {{x, write}}), step(0, {{y, write}})};
  const Step second = step(1, {{x, write}});
  Races races(steps, {second});
  for (const Step& s : steps) races.note(races.before(s).clock);
  EXPECT_EQ(races.initials(0, second, races.before(second).clock), set_of(1));
}

}  // namespace
}  // namespace poolrace::sim
