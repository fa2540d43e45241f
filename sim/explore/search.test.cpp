// SPDX-License-Identifier: MIT
// The reduction against plain enumeration: on random small programs (search_programs.hpp) both must
// reach the same final states and see the same kinds.  Then programs made to trip it.
#include "sim/explore/search.hpp"

#include <gtest/gtest.h>

#include "sim/explore/search_programs.hpp"

namespace poolrace::sim {
namespace {

using programs::Act;
using programs::Op;
using programs::Outcome;
using programs::Program;
using programs::Shape;

// Programs too large to enumerate plainly are passed over.
void compare(unsigned from, unsigned to, const Shape& shape, std::uint64_t executions_max,
             std::uint64_t at_least) {
  std::uint64_t compared = 0, reduced_executions = 0, plain_executions = 0, cut = 0;
  std::size_t states = 0;
  std::set<std::string> kinds;
  for (unsigned seed = from; seed < to; ++seed) {
    std::mt19937 draw(seed);
    const Program program = random_program(draw, shape);
    const Outcome plain = search(program, {false, -1}, executions_max);
    if (!plain.complete) continue;
    const Outcome reduced = search(program, {true, -1});
    ASSERT_EQ(reduced.kinds, plain.kinds) << "seed " << seed << text_of(program);
    ASSERT_EQ(reduced.states, plain.states) << "seed " << seed << text_of(program);
    ASSERT_LE(reduced.executions, plain.executions + 1) << "seed " << seed;
    ++compared;
    reduced_executions += reduced.executions;
    plain_executions += plain.executions;
    cut += reduced.cut;
    states += plain.states.size();
    kinds.insert(plain.kinds.begin(), plain.kinds.end());
  }
  EXPECT_GE(compared, at_least);
  EXPECT_GE(kinds.size(), 6U);  // else the programs have grown too tame to tell
  std::printf(
      "%llu programs, %zu final states: %llu executions reduced (%llu of them cut), "
      "%llu plain\n",
      static_cast<unsigned long long>(compared), states,
      static_cast<unsigned long long>(reduced_executions), static_cast<unsigned long long>(cut),
      static_cast<unsigned long long>(plain_executions));
}

TEST(Search, ReachesWhatPlainEnumerationReaches) {
  compare(0, 320, {}, 3000, 240);
}
TEST(SearchLong, ReachesWhatPlainEnumerationReaches) {
  compare(1000, 8000, {.contexts_max = 2, .blocks_max = 5}, 30'000, 5000);
  compare(10'000, 17'000, {.contexts_min = 3, .contexts_max = 3, .blocks_max = 3}, 30'000, 5000);
  compare(20'000, 25'000, {.contexts_min = 3, .contexts_max = 4}, 30'000, 1000);
}

// Closed forms: n steps each of two contexts on one word, and on a word of their own.
Program counters(bool shared, std::size_t steps) {
  Program program;
  program.irq_on = {-1, -1};
  for (std::uint32_t c = 0; c < 2; ++c)
    program.contexts.emplace_back(steps, Act{Op::add, shared ? 0 : c, 1});
  return program;
}

TEST(Search, CountsWhatTheClosedFormSays) {
  EXPECT_EQ(search(counters(true, 4), {false, -1}).executions, 70U);  // 8 choose 4
  EXPECT_EQ(search(counters(true, 4), {true, -1}).executions, 70U);   // all conflict
  EXPECT_EQ(search(counters(false, 4), {true, -1}).executions, 1U);
  EXPECT_EQ(search(counters(false, 4), {false, 0}).executions, 2U);  // no preemption: two orders
}

Program tasks(std::vector<std::vector<Act>> contexts) {
  return {contexts, std::vector<int>(contexts.size(), -1)};
}
void expect_same(const Program& program, std::size_t states_min) {
  const Outcome reduced = search(program, {true, -1}), plain = search(program, {false, -1});
  EXPECT_EQ(reduced.kinds, plain.kinds) << text_of(program);
  EXPECT_EQ(reduced.states, plain.states) << text_of(program);
  EXPECT_GE(plain.states.size(), states_min) << text_of(program);  // it does tell orders apart
}

// Each context writes what the other reads: without both orders a state is missed.
TEST(Search, AnUnsoundReductionWouldBeNoticed) {
  const Program program =
      tasks({{{Op::write, 0, 1}, {Op::read, 1}}, {{Op::write, 1, 1}, {Op::read, 0}}});
  EXPECT_EQ(search(program, {true, -1}).states.size(), 3U);  // never 0 and 0
}

// The harm hides all that the others would have done; their later steps race with earlier ones.
TEST(Search, AHarmHidesNoRaceOfWhatItCutOff) {
  // The second's last step races with the first's first, which is independent of the harm.
  expect_same(tasks({{{Op::add, 0, 1}, {Op::write, 1, 13}},
                     {{Op::read, 2}, {Op::read, 2}, {Op::free, 0}, {Op::read, 1}}}),
              0);
  // What is cut off would have undone the harm: the struct is mapped again before the sync.
  expect_same(tasks({{{Op::add, 0, 1}, {Op::unmap, 0}, {Op::sync, 0}, {Op::read, 2}},
                     {{Op::read, 1}, {Op::map, 0}, {Op::add, 0, 1}},
                     {{Op::write, 2, 7}}}),
              4);
  // Two harms, each of which hides the other's cause.
  expect_same(tasks({{{Op::free, 0}, {Op::add, 1, 1}, {Op::write, 2, 13}},
                     {{Op::read, 1}, {Op::free, 2}, {Op::read, 0}}}),
              0);
}

// A harm under a lock: who waits for the lock never went on.
TEST(Search, AHarmUnderALockHidesNoWaiter) {
  expect_same(tasks({{{Op::lock, 0}, {Op::write, 1, 13}, {Op::unlock, 0}},
                     {{Op::lock, 0}, {Op::free, 1}, {Op::unlock, 0}, {Op::read, 2}},
                     {{Op::write, 2, 4}}}),
              0);
}

// Locks taken in opposite orders, a third that comes between a release and the next acquire.
TEST(Search, AcquiresRaceAcrossReleases) {
  expect_same(tasks({{{Op::lock, 0},
                      {Op::add, 0, 1},
                      {Op::unlock, 0},
                      {Op::lock, 0},
                      {Op::read, 0},
                      {Op::unlock, 0}},
                     {{Op::lock, 0}, {Op::write, 0, 7}, {Op::unlock, 0}},
                     {{Op::lock, 0}, {Op::add, 0, 3}, {Op::unlock, 0}}}),
              6);
  expect_same(
      tasks({{{Op::lock, 0}, {Op::lock, 1}, {Op::add, 0, 1}, {Op::unlock, 1}, {Op::unlock, 0}},
             {{Op::lock, 1}, {Op::lock, 0}, {Op::write, 0, 7}, {Op::unlock, 0}, {Op::unlock, 1}},
             {{Op::lock, 1}, {Op::read, 0}, {Op::unlock, 1}}}),
      6);
}

// An interrupt stands between any two steps of its task, except where bottom halves are off.
TEST(Search, AnInterruptComesBetweenAnyTwoSteps) {
  Program program = tasks({{{Op::add, 0, 1},
                            {Op::add, 0, 1},
                            {Op::bh_off},
                            {Op::add, 0, 1},
                            {Op::add, 0, 1},
                            {Op::bh_on}},
                           {{Op::read, 0}, {Op::read, 0}}});
  program.irq_on[1] = 0;
  const Outcome reduced = search(program, {true, -1});
  EXPECT_EQ(reduced.states.size(), 4U);  // after 0, 1, 2, and 4 additions
  expect_same(program, 4);
  program.contexts.push_back({{Op::write, 0, 7}, {Op::lock, 0}, {Op::unlock, 0}});
  program.irq_on.push_back(-1);
  expect_same(program, 8);
}

// A section entered before the grace period begins, or after; and a second section of the same
// context, which an earlier grace period does not wait for.
TEST(Search, AGracePeriodWaitsForThoseInsideAlone) {
  expect_same(tasks({{{Op::enter}, {Op::read, 0}, {Op::leave}}, {{Op::grace}, {Op::write, 0, 7}}}),
              2);
  expect_same(
      tasks({{{Op::enter}, {Op::read, 0}, {Op::leave}, {Op::enter}, {Op::read, 1}, {Op::leave}},
             {{Op::read, 2}, {Op::grace}, {Op::write, 1, 7}, {Op::grace}, {Op::write, 0, 7}},
             {{Op::enter}, {Op::write, 2, 4}, {Op::leave}}}),
      6);
}

TEST(Search, TheOrderOfTwoPostsIsSeen) {
  expect_same(tasks({{{Op::post}}, {{Op::post}}, {{Op::serve}, {Op::read, 0}}}), 2);
  expect_same(tasks({{{Op::post}, {Op::write, 0, 1}}, {{Op::serve}, {Op::read, 0}}, {{Op::serve}}}),
              2);
}

}  // namespace
}  // namespace poolrace::sim
